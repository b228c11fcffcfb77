import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

/** What a reader of the PDF finds: each marked piece of text as the texts of its shapes, from left to right. */
export interface ReadPdf {
  pieces: string[][];
  info: string;
  fonts: number;
  pages: number;
}

/** Reads back PDFs of our own making: no general reader. */
export function readPdf(bytes: Uint8Array): ReadPdf {
  const raw = Buffer.from(bytes).toString('latin1');
  assert.match(raw, /^%PDF-1\.7\n[\s\S]*%%EOF\s*$/);
  const objects = new Map(
    [...raw.matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)].map((match) => [match[1]!, match[2]!] as const),
  );
  const stream = (id: string): string => {
    const [, packed] = /stream\n([\s\S]*?)\nendstream/.exec(objects.get(id)!)!;
    return inflateSync(Buffer.from(packed!, 'latin1')).toString('latin1');
  };
  const resources = [...objects.values()].find((each) => each.includes('/ProcSet'))!;
  const texts = new Map(
    [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => {
      const map = stream(/\/ToUnicode (\d+)/.exec(objects.get(id!)!)![1]!);
      return [
        name!,
        [...map.matchAll(/\[(.*)\]/g)].flatMap(([, list]) => [...list!.matchAll(/<([^>]*)>/g)].map(fromHex)),
      ];
    }),
  );
  const page = [...objects.values()].filter((each) => /\/Type \/Page\n/.test(each));
  const content = stream(/\/Contents (\d+)/.exec(page[0]!)![1]!);
  const pieces: string[][] = [];
  let font = '';
  for (const [, mcid, name, code] of content.matchAll(/\/MCID (\d+)|\/(F\d+) [\d.]+ Tf|<([0-9a-f]{4})> Tj/g)) {
    if (mcid !== undefined) pieces.push([]);
    else if (name !== undefined) font = name;
    else pieces.at(-1)!.push(texts.get(font)![Number.parseInt(code!, 16)]!);
  }
  const info = /trailer[\s\S]*\/Info (\d+)/.exec(raw)![1]!;
  return { pieces, info: objects.get(info)!, fonts: texts.size, pages: page.length };
}

const fromHex = ([, hex]: RegExpMatchArray): string =>
  Buffer.from(hex!.replaceAll(' ', ''), 'hex').swap16().toString('utf16le');
