import assert from 'node:assert/strict';
import type { Api } from '../../support/app.ts';

type Made = Record<string, any> & { id: string };

export interface World {
  api: Api;
  /** Makes a thing and gives it as answered. */
  post(path: string, body: object): Promise<Made>;
  unit(): Promise<Made>;
  group(kind?: string): Promise<Made>;
  person(): Promise<Made>;
  attribute(): Promise<Made>;
  role(): Promise<Made>;
  client(): Promise<Made>;
  creditType(): Promise<Made>;
  program(more?: object): Promise<Made>;
  term(): Promise<Made>;
  room(): Promise<Made>;
  /** Published, with a quiz and a page of two tasks, and its default offering. */
  course(more?: object): Promise<Course>;
  /** Instructor-led, with one live session and an offering. */
  live(): Promise<Course>;
  draft(): Promise<Made>;
  offering(of?: Course, more?: object): Promise<Made>;
  session(of: Course, more?: object): Promise<Made>;
  joinKey(offeringId?: string): Promise<Made>;
  enroll(offeringId: string, personId?: string): Promise<Made>;
  assessment(of: Course): Promise<Made>;
  /** A short text of a person. */
  file(personId?: string): Promise<Made>;
}

export interface Course extends Made {
  versionId: string;
  defaultOfferingId: string;
  /** The quiz or live session. */
  activityId: string;
  pageId: string;
  taskIds: string[];
}

let counter = 0;
const next = (word: string): string => `${word} ${++counter}`;

/** Makers of everything that a tenant can hold, by our own API. */
export function worldOf(api: Api): World {
  const post = async (path: string, body: object): Promise<Made> => {
    const answer = await api('POST', path, { body });
    assert.ok(
      answer.status === 201 || answer.status === 200,
      `${path}: ${answer.status} ${JSON.stringify(answer.body)}`,
    );
    return answer.body;
  };
  const withContent = async (made: Made): Promise<Course> => {
    const { body } = await api('GET', `/courses/${made.id}/versions/${made.currentVersionId}`);
    const [first, page] = body.sections[0].activities;
    return {
      ...made,
      versionId: body.id,
      defaultOfferingId: made.defaultOfferingId,
      activityId: first.id,
      pageId: page?.id,
      taskIds: page?.tasks.map((task: Made) => task.id) ?? [],
    };
  };
  const world: World = {
    api,
    post,
    unit: () => post('/units', { name: next('Unit') }),
    group: (kind = 'custom') => post('/groups', { name: next('Group'), kind }),
    person: () => post('/people', { fullName: next('Person'), username: `p${++counter}` }),
    attribute: () => post('/attributes', { entity: 'person', key: `key${++counter}`, name: next('Attribute') }),
    role: () => post('/roles', { name: next('Role'), permissions: [] }),
    client: async () => (await post('/clients', { name: next('Client'), permissions: [] })).client,
    creditType: () => post('/credit-types', { name: next('Credit type') }),
    program: (more = {}) => post('/programs', { name: next('Program'), ...more }),
    term: () => post('/terms', { name: next('Term') }),
    room: () => post('/rooms', { name: next('Room') }),
    course: async (more = {}) => {
      const activities = [
        { kind: 'quiz', name: 'Quiz', attemptsAllowed: 3 },
        { kind: 'page', name: 'Page', required: false, tasks: [{ name: 'One' }, { name: 'Two' }] },
      ];
      const content = { sections: [{ name: 'Section', activities }] };
      return withContent(
        await post('/courses', { kind: 'online', name: next('Course'), state: 'published', content, ...more }),
      );
    },
    live: async () => {
      const content = { sections: [{ name: 'Section', activities: [{ kind: 'live_session', name: 'Class' }] }] };
      return withContent(
        await post('/courses', { kind: 'instructor_led', name: next('Course'), state: 'published', content }),
      );
    },
    draft: () => post('/courses', { kind: 'online', name: next('Draft') }),
    offering: async (of, more = {}) =>
      post('/offerings', { courseId: (of ?? (await world.course())).id, name: next('Offering'), ...more }),
    session: (of, more = {}) => post('/sessions', { offeringId: of.defaultOfferingId, name: next('Session'), ...more }),
    joinKey: async (offeringId) =>
      post('/join-keys', {
        name: next('Key'),
        offeringId: offeringId ?? (await world.course()).defaultOfferingId,
      }),
    enroll: async (offeringId, personId) =>
      post('/enrollments', { offeringId, personId: personId ?? (await world.person()).id }),
    assessment: (of) =>
      post('/assessments', {
        offeringId: of.defaultOfferingId,
        activityId: of.activityId,
        name: next('Assessment'),
        maximum: 10,
      }),
    file: async (personId) => {
      const of = personId ?? (await world.person()).id;
      const answer = await api('POST', `/files?personId=${of}&name=a.txt`, {
        payload: 'hello',
        headers: { 'content-type': 'text/plain' },
      });
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return answer.body;
    },
  };
  return world;
}
