/** PostgreSQL codes after which trying again later may help: connection, shutdown, resources, timeouts, lost races. */
const PASSING = /^(08...|57P0[1-5]|57014|53...|40001|40P01|55P03|25P03)$/;

const LOST = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What pg and its pool say without a code. */
const SAID =
  /Connection terminated|timeout exceeded when trying to connect|connection is closed|Client has encountered a connection error|Cannot use a pool after calling end|Client was closed/i;

/** Whether an exception means that the database is away, busy or too slow, and not that something is wrong here. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as { code?: unknown; syscall?: unknown };
  if (typeof code === 'string') {
    if (PASSING.test(code)) return true;
    // a file that is missing is our fault, a socket that is missing is the database's
    if (LOST.has(code)) return code !== 'ENOENT' || syscall === 'connect';
  }
  if (error instanceof AggregateError) return error.errors.some(isUnavailable);
  return SAID.test(error.message) || (error.cause !== undefined && isUnavailable(error.cause));
}

/** A text that PostgreSQL cannot hold, such as one with NUL, which came past the checks. */
export function isUnstorable(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return code === '22021' || code === '22P05';
}
