import { fileTypeFromBuffer, supportedMimeTypes } from 'file-type';
import { invalid } from '../kernel/refusal.ts';

/** So many bytes from the beginning tell what something is; of documents in zip archives it takes more than the 4 kB of most. */
export const SAMPLE = 65_536;

const ANYTHING = 'application/octet-stream';
/** Labels that say nothing: the usual ones of clients that do not know. */
const SAYS_NOTHING = new Set([
  '',
  ANYTHING,
  'application/x-www-form-urlencoded',
  'binary/octet-stream',
  'multipart/form-data',
]);
const TYPE = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** One name for what goes by several. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/vnd.microsoft.icon': 'image/x-icon',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/vnd.wave': 'audio/wav',
  'audio/m4a': 'audio/x-m4a',
  'application/x-zip-compressed': 'application/zip',
  'application/x-pdf': 'application/pdf',
  'application/x-gzip': 'application/gzip',
  'application/x-rar-compressed': 'application/x-rar',
  'text/rtf': 'application/rtf',
  'text/xml': 'application/xml',
};

/** What is found in a content may be called by any name of its family: a document is an archive too, and sound and pictures share containers. */
const FAMILIES: readonly { found: RegExp; said: RegExp }[] = [
  {
    found:
      /^application\/(zip|vnd\.openxmlformats-|vnd\.oasis\.opendocument|vnd\.ms-[a-z]+\.[a-z.]*macroenabled|epub\+zip|java-archive)/,
    said: /^application\/(zip|vnd\.openxmlformats-|vnd\.oasis\.opendocument|vnd\.ms-[a-z]+\.[a-z.]*macroenabled|epub\+zip|java-archive|x-.*package)|^application\/[a-z0-9.-]+\+zip$/,
  },
  {
    found: /^application\/x-cfb$/,
    said: /^application\/(msword|vnd\.ms-(excel|powerpoint|outlook|project|visio)|vnd\.visio|x-msi)$/,
  },
  {
    found: /^application\/xml$/,
    said: /^(application\/(.+\+)?xml|image\/svg\+xml|text\/html|application\/xhtml\+xml)$/,
  },
  {
    found: /^(video|audio)\/(mp4|x-m4[av]|quicktime|3gpp2?)$/,
    said: /^(video|audio)\/(mp4|x-m4[av]|quicktime|3gpp2?)$/,
  },
  { found: /^image\/(heic|heif|avif)(-sequence)?$/, said: /^image\/(heic|heif)(-sequence)?$/ },
  {
    found: /^(video|audio|application)\/(webm|matroska|x-matroska)$/,
    said: /^(video|audio)\/(webm|matroska|x-matroska)$/,
  },
  { found: /^(video|audio|application)\/(ogg|opus)/, said: /^(video|audio|application)\/(ogg|opus)/ },
  {
    found: /^(video|audio|application)\/(vnd\.ms-asf|x-ms-asf|x-ms-w[mv][av])$/,
    said: /^(video|audio)\/x-ms-w[mv][av]$/,
  },
  { found: /^image\/tiff$/, said: /^image\/(tiff|x-.*)$/ },
];

/** What is written in letters, whatever its letters mean. */
const IN_LETTERS =
  /^(text\/.+|application\/(json|.+\+json|xml|.+\+xml|yaml|x-yaml|javascript|ecmascript|x-sh|sql|x-subrip|rtf|x-tex)|image\/svg\+xml|message\/.+)$/;

const told: ReadonlySet<string> = supportedMimeTypes as ReadonlySet<string>;

/**
 * The type of a content: what its first bytes say it is and, where these say only so much, what whoever brings it says. Refuses `invalid` a
 * label that the content contradicts, and one that is none.
 */
export async function mediaTypeOf(sample: Uint8Array, label: string | undefined): Promise<string> {
  const written = (label ?? '').split(';')[0]!.trim().toLowerCase();
  if (!SAYS_NOTHING.has(written) && !TYPE.test(written))
    return invalid(['mediaType'], 'format', 'a media type, such as image/png');
  const said = SAYS_NOTHING.has(written) ? '' : (ALIASES[written] ?? written);
  const detected = (await fileTypeFromBuffer(sample).catch(() => undefined))?.mime.split(';')[0];
  const found = detected === undefined ? undefined : (ALIASES[detected] ?? detected);
  const letters = isText(sample);
  const lies = (is: string): never => invalid(['mediaType'], 'format', `is ${is}, not ${said}`);
  if (found !== undefined) {
    if (said === '' || said === found) return found;
    if (FAMILIES.some((family) => family.found.test(found) && family.said.test(said))) return said;
    // a text of two letters looks like a picture
    if (letters && IN_LETTERS.test(said)) return said;
    return lies(found);
  }
  if (letters) {
    if (said === '') return 'text/plain';
    return told.has(said) && !IN_LETTERS.test(said) ? lies('text') : said;
  }
  if (said === '') return ANYTHING;
  return IN_LETTERS.test(said) || told.has(said) ? lies('something else') : said;
}

/** Whether bytes are letters: no control characters but those that lines are made with. */
function isText(sample: Uint8Array): boolean {
  const [a, b] = sample;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return true;
  return sample.every((byte) => (byte >= 0x20 && byte !== 0x7f) || (byte >= 0x09 && byte <= 0x0d) || byte === 0x1b);
}

/** Types that do nothing by themselves in whoever shows them. */
const INERT =
  /^(image\/(png|jpeg|gif|webp|avif|bmp|tiff|heic|heif|x-icon|apng|jxl)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/(plain|csv|markdown|calendar|vtt)|application\/(pdf|zip|gzip|x-7z-compressed|x-rar|json|msword|rtf|epub\+zip|vnd\.ms-(excel|powerpoint)|vnd\.openxmlformats-[\w.-]+|vnd\.oasis\.opendocument\.[\w.-]+))$/;

/** The type under which a content goes out: one that a browser might run goes out as bytes. */
export const servedType = (mediaType: string): string => (INERT.test(mediaType) ? mediaType : ANYTHING);

/** Whether the type is among patterns such as `image/*` and `application/pdf`. */
export const isAmong = (mediaType: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    pattern.endsWith('/*') ? mediaType.startsWith(pattern.slice(0, -1)) : mediaType === (ALIASES[pattern] ?? pattern),
  );
