/** The longest name, in bytes of UTF-8: what every disk takes. */
const LONGEST = 255;
const LONGEST_ENDING = 32;

/** Characters that are not seen, that turn the order of others around, or that end lines. Joiners stay: words are written with them. */
const UNSEEN =
  /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uFFFE\uFFFF]|[\u{E0000}-\u{E007F}]/gu;
/** Names that some systems take for devices. */
const DEVICES = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i;

/**
 * The name of a file as it is shown and offered to whoever saves it. It never becomes part of a path of ours: what would be one at the
 * other end (folders, `..`, devices, characters that cannot be seen or stored) is taken away, and what is too long is cut before its ending.
 */
export function cleanName(given: string): string {
  const last = given.toWellFormed().replace(UNSEEN, '').split(/[/\\]/).at(-1)!;
  const plain = last
    .normalize('NFC')
    .replace(/[<>:"|?*\uFFFD]/g, '_')
    .replace(/\s+/gu, ' ')
    .replace(/^[\s.]+(?=[\s.]*$)|[\s.]+$|^\s+/gu, '');
  const name = plain === '' ? 'file' : plain;
  return shortened(DEVICES.test(name.split('.')[0]!.trim()) ? `_${name}` : name);
}

const bytes = (text: string): number => Buffer.byteLength(text);

function shortened(name: string): string {
  if (bytes(name) <= LONGEST) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && bytes(name.slice(dot)) <= LONGEST_ENDING ? name.slice(dot) : '';
  let kept = '';
  let left = LONGEST - bytes(ending);
  // by what is read as one letter: half of one would be another
  for (const { segment } of new Intl.Segmenter().segment(
    name.slice(0, Math.min(name.length - ending.length, LONGEST)),
  )) {
    left -= bytes(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept.trimEnd() || 'file'}${ending}`;
}
