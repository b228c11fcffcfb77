import type { HttpCall } from '../../http/call.ts';

/** Scheme and host by which the caller reached us: links lead to pages there, not to this protocol. */
export const originOf = (call: HttpCall): string => new URL(call.baseUrl).origin;
