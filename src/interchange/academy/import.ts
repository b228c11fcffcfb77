import { run } from '../../database/run.ts';
import { sql, TENANT } from '../../database/sql.ts';
import { transaction } from '../../database/transaction.ts';
import { Access } from '../../record/access/index.ts';
import { type Context, demandWhole } from '../../record/kernel/context.ts';
import { append } from '../../record/kernel/event.ts';
import { typeSql } from '../../record/kernel/event-types.ts';
import type { Instant } from '../../record/kernel/instant.ts';
import { takeLock } from '../../record/kernel/locks.ts';
import { Refusal } from '../../record/kernel/refusal.ts';
import { turns } from '../../workers/turns.ts';
import { dayOf, momentOf } from './dates.ts';
import { type Found, Misread } from './error.ts';
import { type Head, head, writeHead } from './head.ts';
import { findActivityKeys, findKnown, KINDS, keepKeys, type Wanted } from './known.ts';
import { MOST_BESIDE, readAcademy, type Source, toldBy } from './reader.ts';
import { type Kind, type Path, type Visitor, WORDS, walk } from './shape.ts';
import { timelineOf } from './subjects/timeline.ts';
import { SUBJECTS } from './subjects.ts';
import { blame, createWorld, type Entry } from './world.ts';

export interface AcademyReport {
  /** How many things were made, by subject of the file. */
  created: Record<string, number>;
  changed: Record<string, number>;
  /** Entries that found everything as they say it. */
  unchanged: number;
  /** The same by subject. */
  counts: Record<string, { created: number; changed: number; unchanged: number }>;
}

export interface ImportOptions {
  /** How many characters the file may have. */
  most?: number;
  /** Calls the reading off; an import that writes ends with its connection. */
  signal?: AbortSignal;
}

/**
 * Brings an academy file into the tenant, whole or not at all: what is missing is made, what is there is brought in line with what the
 * file says, and nothing else is touched. Importing a file again changes nothing: its relative dates go on counting from the first
 * time. Refuses with `AcademyError`, which lists every fault with its line.
 */
export async function importAcademy(
  ctx: Context,
  text: string,
  { most = MOST_BESIDE, signal }: ImportOptions = {},
): Promise<AcademyReport> {
  demandWhole(ctx, 'imports.run');
  return importRead(ctx, await readAcademy(text, most, signal));
}

/** The same of a file that was read already. */
export async function importRead(ctx: Context, source: Source): Promise<AcademyReport> {
  demandWhole(ctx, 'imports.run');
  const report = await toldBy(source, () =>
    transaction(ctx, async (inner) => {
      // a large file is worked out for minutes between statements, and some of these read all of it
      await run(
        inner,
        sql`select set_config('statement_timeout', '30min', true), set_config('idle_in_transaction_session_timeout', '0', true)`,
      );
      // one import of a tenant after the other
      await takeLock(inner, 'academy');
      return importInto(inner, source);
    }),
  );
  Access.announced(ctx);
  return report;
}

const EVENT = 'tenant.academy_imported';

async function importInto(ctx: Context, { data, digest }: Source): Promise<AcademyReport> {
  const first = await firstImport(ctx, digest);
  const { told, entries, wanted, refs, faults, relative } = await readFile(ctx, data, first ?? ctx.now);
  const known = new Map<Kind, Map<string, string>>();
  for (const kind of KINDS) {
    const needed = new Map((wanted.get(kind) ?? []).map((each) => [each.key, each]));
    for (const { key } of refs.get(kind) ?? []) if (!needed.has(key)) needed.set(key, { key });
    known.set(kind, await findKnown(ctx, kind, [...needed.values()]));
  }
  for (const [kind, places] of refs) {
    const own = new Set((wanted.get(kind) ?? []).map(({ key }) => key));
    for (const { key, path } of places)
      if (!own.has(key) && !known.get(kind)!.has(key) && !(kind === 'unit' && key === 'root'))
        faults.push({
          path,
          fault: 'not_found',
          message: `there is no ${WORDS[kind].replace(/^an? /, '')} ${JSON.stringify(key)}`,
        });
  }
  if (faults.length > 0) throw new Misread(faults);

  const { tenant, rootId, changed } = await headOf(ctx, told);
  known.get('unit')!.set('root', rootId);
  const keys = new Map<string, { entity: string; key: string; id: string }>();
  // what the file tells has happened already
  const now = { ...ctx, tenant, quiet: true };
  const world = createWorld({
    ctx: now,
    past: { ...now, now: told.since ?? ctx.now },
    ids: known,
    activityKeys: await findActivityKeys(ctx),
    entries,
    onRemember: (entity, key, id) => void keys.set(`${entity} ${key}`, { entity, key, id }),
  });
  if (changed) world.count('academy', 'changed');
  const each = async (work: (subject: (typeof SUBJECTS)[number], of: readonly Entry<unknown>[]) => Promise<void>) => {
    for (const subject of SUBJECTS) {
      const of = entries.get(subject.name);
      if (!of) continue;
      await stoppedBy(world.faults, () => work(subject, of));
    }
  };
  await each((subject, of) => subject.write(world, of));
  await stoppedBy(world.faults, () => timelineOf(world).run(world));
  await run(ctx, sql`select set_config('enable_seqscan', 'on', true)`);
  await each(async (subject, of) => subject.finish?.(world, of));
  if (world.faults.length > 0) throw new Misread(world.faults);
  await keepKeys(now, [...keys.values()]);

  const report = reportOf(world.counts);
  const untouched = Object.keys(report.created).length === 0 && Object.keys(report.changed).length === 0;
  if (!untouched || (first === undefined && relative))
    await append(now, [
      {
        type: EVENT,
        entityId: tenant.id,
        data: { sha256: digest, countedFrom: first ?? ctx.now, created: report.created, changed: report.changed },
      },
    ]);
  return report;
}

/** The moment from which the relative dates of this very file count, if it was imported before. */
async function firstImport(ctx: Context, digest: string): Promise<Instant | undefined> {
  const { rows } = await run<{ at: Instant }>(
    ctx,
    sql`select data->>'countedFrom' as at from event
      where tenant_id = ${TENANT} and entity_id = ${TENANT} and type = ${typeSql(EVENT)} and data->>'sha256' = ${digest} order by seq desc limit 1`,
  );
  return rows[0]?.at;
}

/** A statement that runs after one that broke the transaction says nothing of its own. */
async function stoppedBy(faults: readonly Found[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as { code?: string }).code === '25P02' && faults.length > 0) throw new Misread(faults);
    throw error;
  }
}

async function headOf(ctx: Context, told: Head): ReturnType<typeof writeHead> {
  try {
    return await writeHead(ctx, told);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const faults: Found[] = [];
    blame(error.fact, ['academy'], (path, fault, message) => void faults.push({ path, fault, message }));
    throw new Misread(faults);
  }
}

interface FileContent {
  told: Head;
  entries: Map<string, Entry<unknown>[]>;
  /** Keys that the file gives, by kind. */
  wanted: Map<Kind, Wanted[]>;
  refs: Map<Kind, { key: string; path: Path }[]>;
  faults: Found[];
  /** Whether any date counts from the moment of the import. */
  relative: boolean;
}

/** What the file says, with dates worked out; and what is wrong with it that no schema can say. */
async function readFile(ctx: Context, file: Record<string, unknown>, now: Instant): Promise<FileContent> {
  const faults: Found[] = [];
  const fault = (path: Path, kind: Found['fault'], message: string, also?: Path) =>
    void faults.push({ path, fault: kind, message, ...(also ? { also } : {}) });
  const zone = (file.academy as Head | undefined)?.timeZone ?? ctx.tenant.timeZone;
  if (!isZone(zone)) {
    fault(['academy', 'timeZone'], 'unknown_value', 'must be an IANA time zone, such as Europe/Berlin');
    throw new Misread(faults);
  }
  const wanted = new Map<Kind, Wanted[]>();
  const refs: FileContent['refs'] = new Map();
  const seen = new Map<string, Path>();
  let relative = false;
  const turn = turns();
  const visitor: Visitor = {
    moment(text, end, path) {
      if (!/^\d{4}/.test(text)) relative = true;
      const found = momentOf(text, now, zone, end);
      if (found === undefined) fault(path, 'format', `${text} is no date`);
      return found;
    },
    day(text, path) {
      if (!/^\d{4}/.test(text)) relative = true;
      const found = dayOf(text, now, zone);
      if (found === undefined) fault(path, 'format', `${text} is no day`);
      return found;
    },
    key(kind, key, path, owner) {
      const first = seen.get(`${kind} ${key}`);
      if (first) fault(path, 'taken', `${key} is the key of another one`, first);
      else if (kind === 'unit' && key === 'root')
        fault(path, 'taken', 'root is the unit at the top; it stands below academy');
      seen.set(`${kind} ${key}`, path);
      const externalId = (owner as { externalId?: string | null }).externalId;
      const own = wanted.get(kind) ?? [];
      wanted.set(kind, own);
      own.push({ key, externalId });
    },
    ref(kind, key, path) {
      const places = refs.get(kind) ?? [];
      refs.set(kind, places);
      places.push({ key, path });
    },
  };
  const told = walk(head, file.academy ?? {}, ['academy'], visitor);
  const entries = new Map<string, Entry<unknown>[]>();
  for (const subject of SUBJECTS) {
    const values = file[subject.name];
    if (values === undefined) continue;
    const of: Entry<unknown>[] = [];
    for (const [i, value] of (values as unknown[]).entries()) {
      await turn();
      const path = [subject.name, i];
      of.push({ value: walk(subject.entry, value, path, visitor), path });
    }
    entries.set(subject.name, of);
    subject.check?.(of, fault);
  }
  return { told, entries, wanted, refs, faults, relative };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function reportOf(counts: Record<string, { created: number; changed: number; unchanged: number }>): AcademyReport {
  const of = (outcome: 'created' | 'changed') =>
    Object.fromEntries(
      Object.entries(counts)
        .map(([subject, count]) => [subject, count[outcome]] as const)
        .filter(([, count]) => count > 0),
    );
  return {
    created: of('created'),
    changed: of('changed'),
    unchanged: Object.values(counts).reduce((sum, count) => sum + count.unchanged, 0),
    counts,
  };
}
