import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contract, endpoints, type Method, resolve } from './matricula-contract.ts';

/**
 * The vocabulary: each noun of a path has one role, stands below these nouns only (`/` is the root), and a collection's
 * placeholder has one name. A new noun is a decision, so it is written down here first.
 */
const NOUNS: Record<string, { role: 'collection' | 'document'; under: string[]; id?: string }> = {
  tokens: { role: 'collection', under: ['/'] },
  me: { role: 'document', under: ['/'] },
  token: { role: 'document', under: ['me'] },
  tenant: { role: 'document', under: ['/'] },
  clock: { role: 'document', under: ['/'] },
  resets: { role: 'collection', under: ['/', 'enrollments'] },
  clients: { role: 'collection', under: ['/'], id: 'clientId' },
  credentials: { role: 'collection', under: ['clients'] },
  people: { role: 'collection', under: ['/'], id: 'personId' },
  'person-batches': { role: 'collection', under: ['/'] },
  erasure: { role: 'document', under: ['people'] },
  password: { role: 'document', under: ['people'] },
  units: { role: 'collection', under: ['/', 'people'], id: 'unitId' },
  groups: { role: 'collection', under: ['/', 'people'], id: 'groupId' },
  members: { role: 'collection', under: ['groups', 'programs'], id: 'personId' },
  attributes: { role: 'collection', under: ['/'], id: 'attributeId' },
  roles: { role: 'collection', under: ['/', 'people'], id: 'roleId' },
  entitlements: { role: 'collection', under: ['people'] },
  staff: { role: 'collection', under: ['units', 'groups', 'courses', 'offerings', 'programs'], id: 'personId' },
  courses: { role: 'collection', under: ['/'], id: 'courseId' },
  versions: { role: 'collection', under: ['courses'], id: 'versionId' },
  draft: { role: 'document', under: ['courses'] },
  publication: { role: 'document', under: ['courses'] },
  'credit-types': { role: 'collection', under: ['/'], id: 'creditTypeId' },
  programs: { role: 'collection', under: ['/', 'people'], id: 'programId' },
  contents: { role: 'collection', under: ['programs'], id: 'courseId' },
  paths: { role: 'collection', under: ['programs'], id: 'pathId' },
  terms: { role: 'collection', under: ['/'], id: 'termId' },
  offerings: { role: 'collection', under: ['/'], id: 'offeringId' },
  sessions: { role: 'collection', under: ['/', 'enrollments'], id: 'sessionId' },
  rooms: { role: 'collection', under: ['/'], id: 'roomId' },
  'join-keys': { role: 'collection', under: ['/'], id: 'joinKeyId' },
  enrollments: { role: 'collection', under: ['/', 'sessions'], id: 'enrollmentId' },
  'enrollment-batches': { role: 'collection', under: ['/'] },
  withdrawal: { role: 'document', under: ['enrollments'] },
  completion: { role: 'document', under: ['enrollments'] },
  transfers: { role: 'collection', under: ['enrollments'] },
  're-enrollments': { role: 'collection', under: ['enrollments'] },
  recomputations: { role: 'collection', under: ['enrollments'] },
  grants: { role: 'collection', under: ['enrollments'] },
  credits: { role: 'collection', under: ['enrollments'] },
  sections: { role: 'collection', under: ['enrollments'] },
  activities: { role: 'collection', under: ['enrollments'], id: 'activityId' },
  attempts: { role: 'collection', under: ['/', 'enrollments'], id: 'attemptId' },
  assessments: { role: 'collection', under: ['/'], id: 'assessmentId' },
  submissions: { role: 'collection', under: ['assessments', 'enrollments'], id: 'enrollmentId' },
  marks: { role: 'collection', under: ['assessments', 'enrollments', 'offerings'], id: 'enrollmentId' },
  markings: { role: 'collection', under: ['/'], id: 'markingId' },
  agreement: { role: 'document', under: ['markings'] },
  events: { role: 'collection', under: ['/'] },
  'event-stream': { role: 'document', under: ['/'] },
  imports: { role: 'collection', under: ['/'], id: 'importId' },
  mails: { role: 'collection', under: ['/'], id: 'mailId' },
  files: { role: 'collection', under: ['/'], id: 'fileId' },
  content: { role: 'document', under: ['files'] },
  audiences: { role: 'collection', under: ['groups', 'offerings', 'programs'], id: 'groupId' },
  'training-events': { role: 'collection', under: ['offerings'] },
  profiles: { role: 'collection', under: ['/', 'people'], id: 'profileId' },
  'instructor-authorization': { role: 'document', under: ['people'] },
  certificates: { role: 'collection', under: ['/', 'people'], id: 'certificateId' },
  awards: { role: 'collection', under: ['/'], id: 'awardId' },
  confirmation: { role: 'document', under: ['awards'] },
  revocation: { role: 'document', under: ['awards'] },
};

/** Words that are short, or prefixes, and yet whole. */
const SHORT_WORDS = new Set(['me', 're']);

const VERBS =
  'create get list read fetch show update set change put delete remove add make do run start stop search find'.split(
    ' ',
  );

/** What the first word of a summary may be. */
const SUMMARY: Record<Method, string[]> = {
  get: ['List', 'Show'],
  post: ['Create', 'Start'],
  put: ['Replace', 'Set'],
  patch: ['Change'],
  delete: ['Remove'],
};

const IRREGULAR: Record<string, string> = { people: 'person', staff: 'staff' };
const plural = (word: string): boolean => word in IRREGULAR || /[^s]s$/.test(word);
const stem = (word: string): string =>
  IRREGULAR[word] ??
  word
    .replace(/ies$/, 'y')
    .replace(/(ch|sh|x|ss)es$/, '$1')
    .replace(/([^s])s$/, '$1');
const words = (text: string): string[] => text.toLowerCase().match(/[a-z]+/g) ?? [];

/** Fails with every offender at once. */
function none(offenders: Iterable<string>): void {
  assert.deepEqual([...new Set(offenders)], []);
}

const literals = endpoints.flatMap(({ literals, title }) => literals.map((literal) => ({ literal, title })));

test('1, 8: paths are tidy and standard: lower case words joined by dashes, nothing else', () => {
  none(literals.filter(({ literal }) => !/^[a-z]+(-[a-z]+)*$/.test(literal)).map(({ title }) => title));
  none(Object.keys(contract.paths).filter((path) => /\/$|\/\/|\.\w+$|[^\x21-\x7e]/.test(path)));
});

test('2, 6: every node stands below a node that it is part of', () => {
  none(
    endpoints.flatMap(({ literals, title }) =>
      literals
        .filter((noun, i) => !NOUNS[noun]?.under.includes(literals[i - 1] ?? '/'))
        .map((noun) => `${noun} in ${title}`),
    ),
  );
  const used = new Set(literals.map(({ literal }) => literal));
  none(Object.keys(NOUNS).filter((noun) => !used.has(noun)));
});

test('3: no verb in a path', () => {
  none(
    literals.filter(({ literal }) => literal.split('-').some((word) => VERBS.includes(word))).map(({ title }) => title),
  );
});

test('4: the summary begins with a word that fits the method, and lists are called lists', () => {
  none(
    endpoints
      .filter(({ method, operation }) => !SUMMARY[method].includes(operation.summary.split(' ')[0]!))
      .map(({ title }) => title),
  );
  const lists = endpoints.filter(
    ({ method, item, literals }) => method === 'get' && !item && NOUNS[literals.at(-1)!]?.role === 'collection',
  );
  none(lists.filter(({ operation }) => !operation.summary.startsWith('List ')).map(({ title }) => title));
});

test('5: whole words, no abbreviations', () => {
  none(
    literals
      .flatMap(({ literal }) => literal.split('-'))
      .filter((word) => !SHORT_WORDS.has(word) && (word.length < 4 || !/[aeiouy]/.test(word))),
  );
});

test('7: the summary shares a noun with the path', () => {
  none(
    endpoints
      .filter(({ literals, operation }) => {
        const said = new Set(words(operation.summary).map(stem));
        return !words(literals.at(-1)!).some((word) => said.has(stem(word)));
      })
      .map(({ title }) => title),
  );
});

test('9: collections are plural, single things are singular, and no bare plural is replaced, changed or removed', () => {
  none(
    Object.entries(NOUNS)
      .filter(([noun, { role }]) => plural(noun.split('-').at(-1)!) !== (role === 'collection'))
      .map(([noun]) => noun),
  );
  none(
    endpoints
      .filter(
        ({ method, item, literals }) =>
          ['put', 'patch', 'delete'].includes(method) && !item && plural(literals.at(-1)!),
      )
      .map(({ title }) => title),
  );
});

test('10: the version is the first segment of the protocol', () => {
  assert.deepEqual(
    contract.servers.map(({ url }) => url),
    ['/matricula/v1'],
  );
  none(Object.keys(contract.paths).filter((path) => /\/v\d/.test(path)));
  assert.match(contract.info.version, /^1\./);
});

test('11: what identifies is in the path; queries filter, sort, page or say how, and methods are not tunnelled', () => {
  const queries = endpoints.flatMap((endpoint) =>
    endpoint.parameters.filter((p) => p.in === 'query').map((p) => ({ ...endpoint, query: p.name })),
  );
  none(
    queries
      .filter(({ query }) => /^(_method|method|action|op|verb|id|ids)$/i.test(query))
      .map(({ title, query }) => `${query} of ${title}`),
  );
  const feeds = new Set(['getEventStream']);
  // the body of a file is the file: what it belongs to and is called stands beside; its address holds what opens it
  const ofFiles = ['personId', 'courseId', 'assessmentId', 'enrollmentId', 'name', 'size', 'digest', 'tenant', 'pass'];
  const options = new Set(['dryRun', 'strict', 'fileName', 'encoding', 'replace', 'replaceUnitId', ...ofFiles]);
  none(
    queries
      .filter(
        ({ operation, query }) =>
          !/^list/.test(operation.operationId) && !feeds.has(operation.operationId) && !options.has(query),
      )
      .map(({ title, query }) => `${query} of ${title}`),
  );
  none(
    endpoints.flatMap(({ parameters, title }) => parameters.filter((p) => /override/i.test(p.name)).map(() => title)),
  );
});

test('12: a noun keeps its role: collections are listed and added to, single things are not posted to', () => {
  const allowed = (role: string, item: boolean): string[] =>
    role === 'collection' && !item ? ['get', 'post'] : ['get', 'put', 'patch', 'delete'];
  none(
    endpoints
      .filter(({ method, item, literals }) => !allowed(NOUNS[literals.at(-1)!]?.role ?? '', item).includes(method))
      .map(({ title }) => title),
  );
  none(
    endpoints
      .filter(({ item, literals }) => item && NOUNS[literals.at(-1)!]?.role !== 'collection')
      .map(({ title }) => title),
  );
});

test('13: a placeholder says whose id it is, by one name and with its format', () => {
  none(
    endpoints.flatMap(({ segments, title }) =>
      segments
        .filter((segment, i) => segment.startsWith('{') && segment !== `{${NOUNS[segments[i - 1]!]?.id}}`)
        .map((segment) => `${segment} in ${title}`),
    ),
  );
  const placeholders = Object.values(contract.components.parameters).filter((p) => p.in === 'path');
  none(
    placeholders
      .filter(
        ({ name, description, schema }) =>
          !/^[a-z][A-Za-z]+Id$/.test(name) || !description || resolve(schema).format !== 'uuid',
      )
      .map((p) => p.name),
  );
});

test('14: structured, yet shallow: never two placeholders in a row, two ids only where a thing is known by both', () => {
  none(
    endpoints
      .filter(({ segments }) => segments.some((s, i) => s.startsWith('{') && segments[i - 1]?.startsWith('{')))
      .map(({ title }) => title),
  );
  none(
    endpoints
      .filter(({ segments, literals }) => segments.length - literals.length > 2 || literals.length > 2)
      .map(({ title }) => title),
  );
  const reached = new Set(
    endpoints
      .filter(({ method }) => method === 'get' || method === 'post')
      .map(({ literals, item }) => (item ? '' : literals.at(-1)!)),
  );
  none(endpoints.filter(({ item, literals }) => item && !reached.has(literals.at(-1)!)).map(({ title }) => title));
});
