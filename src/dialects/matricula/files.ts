import type { HttpCall } from '../../http/call.ts';
import { sendContent } from '../../http/content.ts';
import { answerWith } from '../../http/dialect.ts';
import type { Handlers } from '../../http/handlers.ts';
import { judgePass, type PassScope, passFor } from '../../http/passes.ts';
import { Tenants } from '../../record/access/index.ts';
import { Files } from '../../record/files/index.ts';
import type { Context } from '../../record/kernel/context.ts';
import { toInstant } from '../../record/kernel/instant.ts';
import { notFound } from '../../record/kernel/refusal.ts';
import type { Caller } from './caller.ts';
import { problem } from './envelope.ts';
import { etagOf, ifMatch } from './etags.ts';
import type { Operations, Schemas } from './generated/operations.ts';
import type { Needs } from './needs.ts';
import { type List, listed } from './paging.ts';

const PASS_MS = 900_000;

const LIST: List<Operations['listFiles']['query']> = { sort: null, sortFields: { created: 'createdAt' } };

type Wire = Schemas['File'];
type Named = Omit<Wire, 'contentUrl' | 'contentUrlExpiresAt'>;

const toNamed = (file: Files.File): Named => ({
  id: file.id,
  personId: file.entity === 'person' ? file.entityId : null,
  courseId: file.entity === 'course' ? file.entityId : null,
  assessmentId: file.entity === 'submission' ? file.entityId : null,
  enrollmentId: file.enrollmentId,
  name: file.name,
  mediaType: file.mediaType,
  size: file.size,
  sha256: file.sha256,
  uploadedById: file.uploadedBy,
  createdAt: file.createdAt,
});

const scopeOf = (id: string): PassScope => ({ purpose: 'file content', id });
const keyOf = (ctx: Context): Promise<Uint8Array> => Tenants.signingKey(ctx, 'file content');

/** Shapes of files with an address of their content, good for a while by the real clock. */
async function shapeFor(caller: Caller, call: HttpCall): Promise<(file: Files.File) => Wire> {
  const key = await keyOf(caller);
  const until = Date.now() + PASS_MS;
  return (file) => ({
    ...toNamed(file),
    contentUrl: `${call.baseUrl}/files/${file.id}/content?tenant=${caller.tenant.id}&pass=${passFor(key, scopeOf(file.id), until)}`,
    contentUrlExpiresAt: toInstant(until),
  });
}

/** What the file is; its ETag does not change with the address of its content. */
async function shownFile<Status extends number>(caller: Caller, call: HttpCall, status: Status, file: Files.File) {
  const body = (await shapeFor(caller, call))(file);
  return { status, body, headers: { etag: etagOf(toNamed(file)) } };
}

interface Belonging {
  personId?: string;
  courseId?: string;
  assessmentId?: string;
  enrollmentId?: string;
}

/** What the parameters say a file belongs to: one thing. */
function ownerIn({ personId, courseId, assessmentId, enrollmentId }: Belonging, call: HttpCall): Files.Owner {
  const owners: (Files.Owner | undefined)[] = [
    personId === undefined ? undefined : { personId },
    courseId === undefined ? undefined : { courseId },
    assessmentId === undefined || enrollmentId === undefined ? undefined : { assessmentId, enrollmentId },
  ];
  const [owner, another] = owners.filter((one) => one !== undefined);
  const half = (assessmentId === undefined) !== (enrollmentId === undefined);
  if (owner && !another && !half) return owner;
  return answerWith(
    problem(
      { call, operation: null },
      'malformed-request',
      'Say what the file belongs to: personId, courseId, or assessmentId and enrollmentId.',
    ),
  );
}

/** Files of people, courses and submissions. */
export const fileHandlers = ({ connected }: Needs) =>
  ({
    listFiles: async (caller, { query }, call) => {
      const owner = ownerIn(query, call);
      return listed(
        caller,
        call,
        query,
        LIST,
        (wanted) => Files.list(caller, owner, wanted),
        await shapeFor(caller, call),
      );
    },

    createFile: async (caller, { query, body }, call) => {
      const { name, size, digest: sha256 } = query;
      const told = { name, mediaType: call.headers['content-type'], size, sha256 };
      const { file, created } = await Files.upload(caller, ownerIn(query, call), body, told, call.signal);
      const { headers, ...answer } = await shownFile(caller, call, created ? 201 : 200, file);
      return { ...answer, headers: { ...headers, location: `${call.baseUrl}/files/${file.id}` } };
    },

    getFile: async (caller, { path }, call) => shownFile(caller, call, 200, await Files.get(caller, path.fileId)),

    deleteFile: async (caller, { path, headers }) => {
      await Files.delete(caller, path.fileId, ifMatch(headers, 'file', toNamed));
      return { status: 204 };
    },

    // whoever has the address has the content: it is made for one file, and for a while
    getFileContent: async (_anybody, { path: { fileId }, query }, call) => {
      const by = Tenants.operator(connected.db, 'matricula');
      const tenant = await Tenants.find(by, query.tenant);
      if (tenant?.status !== 'active') return notFound('file', fileId);
      const ctx = Tenants.contextOf(by, tenant);
      const pass = judgePass(await keyOf(ctx), scopeOf(fileId), query.pass, Date.now());
      if (pass === 'none') return notFound('file', fileId);
      if (pass === 'old')
        return answerWith(
          problem(
            { call, operation: null },
            'address-expired',
            'The address was good for a while; ask the file for another one.',
          ),
        );
      const file = await Files.read(ctx, fileId);
      const answer = await sendContent(
        {
          name: file.name,
          type: Files.servedType(file.mediaType),
          size: file.size,
          etag: `"${file.sha256}"`,
          open: (range) => Files.open(ctx, file.id, range),
        },
        call.headers,
      );
      if (answer.status !== 416) return answer;
      const refused = problem({ call, operation: null }, 'range-not-satisfiable', `The file has ${file.size} bytes.`);
      return answerWith({ ...refused, headers: { ...refused.headers, ...answer.headers } });
    },
  }) satisfies Partial<Handlers<Operations, Caller>>;
