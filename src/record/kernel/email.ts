import { isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** 64 octets, the at sign and 255 octets (RFC 5321, 4.5.3.1). */
export const EMAIL_LONGEST = 320;

/** What RFC 6531 adds to every text of an address, without what cannot be seen or stored. */
const BEYOND = String.raw`[[^\x00-\x7f]--[\p{Cc}\p{Cs}\p{Z}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufffd]]`;
const ATOM = String.raw`(?:[A-Za-z0-9!#$%&'*+\/=?^_\x60\{\|\}~\-]|${BEYOND})+`;
const QUOTED = String.raw`"(?:[ !#-\[\]-~]|\\[ -~]|${BEYOND})*"`;
const LOCAL = new RegExp(`^(?:${ATOM}(?:\\.${ATOM})*|${QUOTED})$`, 'v');
const DOMAIN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const VISIBLE = new RegExp(`^(?:[\\x21-\\x7e]|${BEYOND})+$`, 'v');

/**
 * Whether a text is a mailbox of RFC 5321 (quoted names and address literals too), or an internationalized one of RFC 6531, without
 * blanks around it. Every door of the record asks here.
 */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1);
  return at > 0 && Buffer.byteLength(local) <= 64 && LOCAL.test(local) && isMailDomain(domain);
}

function isMailDomain(domain: string): boolean {
  if (domain.startsWith('[')) return domain.endsWith(']') && isLiteral(domain.slice(1, -1));
  if (!VISIBLE.test(domain)) return false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the border of ASCII
  const ascii = /^[\x00-\x7f]*$/.test(domain) ? domain : domainToASCII(domain);
  return ascii.length <= 255 && DOMAIN.test(ascii);
}

const isLiteral = (address: string): boolean =>
  /^ipv6:/i.test(address) ? isIPv6(address.slice(5)) && !address.includes('%') : isIPv4(address);
