const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const HOST_NAME = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;

/**
 * Whether an authorization code may be sent there (RFC 9700, 2.1 and 4.1): an absolute https URL, or http on the reader's own machine
 * (RFC 8252, 7.3), as a browser reads it, without fragment and user name.
 */
export function isRedirectUri(text: string): boolean {
  if (!/^https?:\/\/[!-~]+$/i.test(text) || /[\\"'<>^`{|}#]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  return LOOPBACK.has(hostname) || (protocol === 'https:' && HOST_NAME.test(hostname));
}
