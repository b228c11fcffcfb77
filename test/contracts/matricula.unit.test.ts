import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { PERMISSIONS } from '../../src/record/kernel/permission.ts';
import { type Answer, contract, endpoints, type Method, resolve, type Schema } from './matricula-contract.ts';

const migrations = new URL('../../src/database/migrations/', import.meta.url);
const migration = readdirSync(migrations)
  .sort()
  .map((name) => readFileSync(new URL(name, migrations), 'utf8'))
  .join('\n');
const text = JSON.stringify(contract);

function none(offenders: Iterable<string>): void {
  assert.deepEqual([...new Set(offenders)], []);
}
const titles = (wrong: typeof endpoints): void =>
  none(wrong.map(({ title, operation }) => `${operation.operationId}: ${title}`));
const has =
  (header: string) =>
  (endpoint: (typeof endpoints)[number]): boolean =>
    endpoint.parameters.some((p) => p.in === 'header' && p.name === header);

test('every reference leads somewhere and every component is used', () => {
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  for (const $ref of new Set(references)) resolve({ $ref });
  none(
    Object.entries(contract.components)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, entries]) => Object.keys(entries).map((name) => `#/components/${kind}/${name}`))
      .filter(($ref) => !references.includes($ref)),
  );
});

test('every schema is a JSON Schema that compiles', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allowUnionTypes: true });
  addFormats.default(ajv, {
    formats: ['uuid', 'date-time', 'date', 'uri', 'uri-reference', 'password', 'binary'],
    keywords: false,
  });
  ajv.addFormat('idn-email', true);
  ajv.addKeyword('components');
  ajv.addSchema({ $id: 'matricula', components: contract.components });
  for (const name of Object.keys(contract.components.schemas))
    ajv.compile({ $ref: `matricula#/components/schemas/${name}` });
});

test('operations have an id of their own that fits the method, a declared tag, and words', () => {
  const ids = endpoints.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  const begins: Record<Method, RegExp> = {
    get: /^(get|list)[A-Z]/,
    post: /^create[A-Z]/,
    put: /^put[A-Z]/,
    patch: /^update[A-Z]/,
    delete: /^delete[A-Z]/,
  };
  titles(
    endpoints.filter(
      ({ method, operation }) =>
        !begins[method].test(operation.operationId) || !/^[a-zA-Z]+$/.test(operation.operationId),
    ),
  );
  const tags = new Set(contract.tags.map(({ name }) => name));
  titles(endpoints.filter(({ operation }) => operation.tags.length !== 1 || !tags.has(operation.tags[0]!)));
  titles(
    endpoints.filter(
      ({ operation }) => !operation.summary || /\.$/.test(operation.summary) || !operation.description?.endsWith('.'),
    ),
  );
  none(contract.tags.filter(({ description }) => !description).map(({ name }) => name));
});

test('the path and its parameters name the same things', () => {
  titles(
    endpoints.filter(({ path, parameters }) => {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
      const declared = parameters
        .filter((p) => p.in === 'path' && p.required)
        .map((p) => p.name)
        .sort();
      return JSON.stringify(inPath) !== JSON.stringify(declared);
    }),
  );
  none(endpoints.flatMap(({ parameters }) => parameters.filter((p) => !p.description).map((p) => p.name)));
  none(
    endpoints.flatMap(({ parameters }) =>
      parameters.filter((p) => p.in === 'query' && !/^[a-z][A-Za-z]*$/.test(p.name)).map((p) => p.name),
    ),
  );
});

test('a token is asked for everywhere but at the door, and the permission is one of the record', () => {
  assert.deepEqual(contract.security, [{ Bearer: [] }]);
  assert.deepEqual(
    endpoints.filter(({ operation }) => operation.security).map(({ operation }) => operation.operationId),
    ['createToken', 'getFileContent'],
  );
  // what a file belongs to says which permission it takes
  const files = ['listFiles', 'createFile', 'getFile', 'deleteFile', 'getFileContent'];
  const free = ['createToken', 'getMe', 'deleteMyToken', 'getTenant', 'getClock', ...files];
  assert.deepEqual(
    endpoints.filter(({ operation }) => !operation['x-permission']).map(({ operation }) => operation.operationId),
    free,
  );
  titles(
    endpoints.filter(
      ({ operation }) => operation['x-permission'] && !PERMISSIONS.includes(operation['x-permission'] as never),
    ),
  );
  assert.deepEqual(contract.components.schemas.Permission!.enum, PERMISSIONS);
});

test('every operation answers what can go wrong, as problem details', () => {
  const needs = (endpoint: (typeof endpoints)[number]): string[] => [
    '400',
    ...(endpoint.operation.operationId === 'getFileContent' ? [] : ['401', '403']),
    '429',
    '500',
    '503',
    ...(endpoint.path.includes('{') ? ['404'] : []),
    ...(endpoint.operation.requestBody ? ['413', '415', '422'] : []),
    ...(has('If-Match')(endpoint) ? ['412'] : []),
    ...(has('Idempotency-Key')(endpoint) ? ['409', '422'] : []),
  ];
  none(
    endpoints.flatMap((e) =>
      needs(e)
        .filter((status) => !e.operation.responses[status])
        .map((status) => `${status} of ${e.title}`),
    ),
  );
  const answers = endpoints.flatMap(({ title, operation }) =>
    Object.entries(operation.responses).map(([status, answer]) => ({ title, status, answer: resolve<Answer>(answer) })),
  );
  none(
    answers
      .filter(
        ({ status, answer }) =>
          Number(status) >= 400 &&
          answer.content?.['application/problem+json']?.schema.$ref !== '#/components/schemas/Problem',
      )
      .map((a) => `${a.status} of ${a.title}`),
  );
  none(
    answers
      .filter(({ answer }) => !answer.description || !answer.headers?.['X-Request-Id'])
      .map((a) => `${a.status} of ${a.title}`),
  );
  none(
    answers
      .filter(({ status, answer }) => (status === '204') !== (Number(status) < 300 && answer.content === undefined))
      .map((a) => `${a.status} of ${a.title}`),
  );
});

test('lists are pages with a cursor, a limit and a closed choice of orders', () => {
  const lists = endpoints.filter(({ operation }) => operation.operationId.startsWith('list'));
  titles(
    lists.filter(
      ({ parameters }) =>
        !['cursor', 'limit'].every((name) => parameters.some((p) => p.in === 'query' && p.name === name)),
    ),
  );
  titles(lists.filter(({ parameters }) => parameters.some((p) => p.name === 'sort' && !p.schema.enum)));
  titles(
    lists.filter(({ operation }) => {
      const page = resolve(resolve(operation.responses['200']!).content!['application/json']!.schema);
      return JSON.stringify(page.required) !== '["data","next"]' || page.properties?.data?.type !== 'array';
    }),
  );
});

test('writes are safe to repeat and safe against each other', () => {
  const once = new Set(['createToken', 'createImport', 'createFile']);
  titles(
    endpoints.filter((e) => e.method === 'post' && !has('Idempotency-Key')(e) && !once.has(e.operation.operationId)),
  );
  titles(endpoints.filter((e) => e.method !== 'post' && has('Idempotency-Key')(e)));
  titles(endpoints.filter((e) => has('If-Match')(e) && !['put', 'patch', 'delete'].includes(e.method)));
  titles(endpoints.filter((e) => e.method === 'patch' && !has('If-Match')(e) && e.path !== '/clock'));
  titles(
    endpoints.filter((e) => e.method === 'patch' && !e.operation.requestBody!.content['application/merge-patch+json']),
  );
  // what is read with an ETag is changed under one, and the other way round
  const tagged = (path: string): boolean => Boolean(contract.paths[path]?.get?.responses['200']?.headers?.ETag);
  titles(endpoints.filter((e) => e.method === 'patch' && has('If-Match')(e) && !tagged(e.path)));
});

test('requests are closed, members are in camel case, ids are UUIDs and moments are date-times', () => {
  const schemas = Object.entries(contract.components.schemas);
  const writable = new Set(
    endpoints.flatMap(({ operation }) =>
      Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) => [schema.$ref, schema.items?.$ref]),
    ),
  );
  const open = schemas.filter(
    ([name, schema]) =>
      (writable.has(`#/components/schemas/${name}`) || /(Create|Update|Write|BatchRow)$/.test(name)) &&
      schema.additionalProperties !== false,
  );
  none(open.map(([name]) => name));
  const members = (name: string, schema: Schema): [string, Schema][] =>
    Object.entries(schema.properties ?? {}).flatMap(([key, value]) => [
      [`${name}.${key}`, value] as [string, Schema],
      ...members(`${name}.${key}`, value),
    ]);
  const all = schemas.flatMap(([name, schema]) => members(name, schema));
  none(all.filter(([name]) => !/\.[a-z][A-Za-z0-9]*$/.test(name)).map(([name]) => name));
  const notOurs = /\.(externalId|languageId|refId|\w+ExternalId)$/;
  none(
    all
      .filter(
        ([name, schema]) =>
          /(\.id|Id)$/.test(name) &&
          !notOurs.test(name) &&
          schema.format !== 'uuid' &&
          !['Problem.id', 'Event.id', 'MailWithText.headers.messageId'].includes(name),
      )
      .map(([name]) => name),
  );
  none(
    all
      .filter(([name, schema]) => /(At|\.at|From|Until)$/.test(name) && schema.format !== 'date-time')
      .map(([name]) => name),
  );
  none(schemas.filter(([, schema]) => !schema.description).map(([name]) => name));
});

test('every member that an answer may hold stands in it, null where it is empty', () => {
  const optional = new Set(['total', 'entity', 'id', 'rule', 'permission']);
  const answers = Object.entries(contract.components.schemas).filter(
    ([name, s]) => s.type === 'object' && s.additionalProperties === undefined && !/^(Attributes)$/.test(name),
  );
  none(
    answers.flatMap(([name, s]) =>
      Object.keys(s.properties ?? {})
        .filter(
          (key) => !s.required?.includes(key) && !(optional.has(key) && (/Page$/.test(name) || name === 'Problem')),
        )
        .map((key) => `${name}.${key}`),
    ),
  );
  none(answers.filter(([, s]) => new Set(s.required).size !== s.required?.length).map(([name]) => name));
});

test('closed lists of words are those of the tables', () => {
  const table = (name: string): string => migration.match(new RegExp(`create table ${name} \\([\\s\\S]*?\\n\\);`))![0];
  const anew = (name: string, column: string): string | undefined =>
    [...migration.matchAll(new RegExp(`add constraint ${name}_${column}_check check \\([^)]*\\)\\)`, 'g'))].at(-1)?.[0];
  const check = (name: string, column: string): string[] =>
    [
      ...(anew(name, column) ?? table(name))
        .match(new RegExp(`check \\(${column} in \\(([^)]*)\\)`))![1]!
        .matchAll(/'(\w+)'/g),
    ].map((match) => match[1]!);
  const words = (schema: Schema): string[] =>
    (schema.enum ?? resolve(schema.oneOf?.[0] ?? schema).enum ?? []).filter((word) => word !== null);
  const pairs: [string, string, string, string][] = [
    ['tenant', 'status', 'Tenant', 'status'],
    ['person', 'status', 'Person', 'status'],
    ['person', 'gender', 'Person', 'gender'],
    ['attribute', 'entity', 'Attribute', 'entity'],
    ['attribute', 'type', 'Attribute', 'type'],
    ['people_group', 'kind', 'Group', 'kind'],
    ['api_client', 'status', 'Client', 'status'],
    ['course', 'kind', 'Course', 'kind'],
    ['course', 'state', 'Course', 'state'],
    ['entitlement', 'entity', 'Entitlement', 'entity'],
    ['course_version', 'state', 'Version', 'state'],
    ['activity', 'kind', 'Activity', 'kind'],
    ['activity', 'attempt_counts', 'Activity', 'attemptCounts'],
    ['offering', 'state', 'Offering', 'state'],
    ['offering', 'enrollment_type', 'Offering', 'enrollmentType'],
    ['join_key', 'status', 'JoinKey', 'status'],
    ['enrollment', 'state', 'Enrollment', 'state'],
    ['enrollment', 'ending', 'Enrollment', 'ending'],
    ['enrollment', 'source', 'Enrollment', 'source'],
    ['enrollment_grant', 'kind', 'Grant', 'kind'],
    ['activity_enrollment', 'state', 'ActivityEnrollment', 'state'],
    ['attempt', 'state', 'Attempt', 'state'],
    ['submission', 'state', 'Submission', 'state'],
    ['import_run', 'state', 'Import', 'state'],
  ];
  for (const [name, column, schema, member] of pairs)
    assert.deepEqual(
      words(resolve(contract.components.schemas[schema]!.properties![member]!)).sort(),
      check(name, column).sort(),
      `${schema}.${member}`,
    );
});
