import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CsvOptions, type Delimiter, found, readCsv } from './csv.ts';

/** Every record as `line: fields` or `line! fault`, read in pieces of the given size. */
async function read(text: string | Uint8Array, size = 65_536, options: CsvOptions = {}): Promise<string[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const records: string[] = [];
  for await (const batch of readCsv(pieces(), options))
    for (const record of batch)
      records.push(
        'fault' in record ? `${record.line}! ${record.fault}` : `${record.line}: ${record.fields.join('|')}`,
      );
  return records;
}

/** The same in pieces of one, of three and of all bytes. */
async function agrees(text: string, expected: string[]): Promise<void> {
  for (const size of [1, 3, 65_536]) assert.deepEqual(await read(text, size), expected, `pieces of ${size}`);
}

test('plain records, line ends of both kinds, blank lines, no line end at the end', () =>
  agrees('a,b\r\n1,2\n\n3,\r\n,4', ['1: a|b', '2: 1|2', '4: 3|', '5: |4']));

test('quotes: commas, quotes and line ends inside, empty values', () =>
  agrees('a,b\n"1,5","say ""hi"""\n"two\r\nlines",""\n"",x\n', [
    '1: a|b',
    '2: 1,5|say "hi"',
    '3: two\r\nlines|',
    '5: |x',
  ]));

test('a byte-order mark is no part of the first name', () => agrees('\uFEFFa,b\n1,2\n', ['1: a|b', '2: 1|2']));

test('letters cut between two pieces', () => agrees('a,b\n学,ä😀\n', ['1: a|b', '2: 学|ä😀']));

test('a broken quote costs its own line only', async () => {
  await agrees('a,b\n1,"2\n3,4\n"5",6\n', ['1: a|b', '2! text after a closing quote', '3: 3|4', '4: 5|6']);
  await agrees('a,b\n1,"2"x\n3,4\n', ['1: a|b', '2! text after a closing quote', '3: 3|4']);
  await agrees('a,b\n1,2" tape\n3,4\n', ['1: a|b', '2! a quote inside an unquoted value', '3: 3|4']);
  await agrees('a,b\n1,"2\n3,4\n', ['1: a|b', '2! a quote is not closed', '3: 3|4']);
  await agrees('a,b\n"1,2\n"3","4"\n', ['1: a|b', '2! text after a closing quote', '3: 3|4']);
});

test('a quote that is closed lines later is still its own line, when the columns do not come out', () =>
  agrees('a,b\n"x\n1,2\n"\n3,4\n', [
    '1: a|b',
    '2! 1 columns, the header has 2',
    '3: 1|2',
    '4! a quote is not closed',
    '5: 3|4',
  ]));

test('short rows are filled up, too many columns are a fault unless they are empty', async () => {
  const text = 'a,b\n1\n1,2,3\n"1","2","3"\n4,5,,\n"6"\n';
  await agrees(text, [
    '1: a|b',
    '2: 1|',
    '3! 3 columns, the header has 2',
    '4! 3 columns, the header has 2',
    '5: 4|5',
    '6: 6|',
  ]);
  const noted = found();
  await read(text, 2, { found: noted });
  assert.deepEqual(noted, { delimiter: ',', blank: 0, short: 2 });
});

test('rows of commas alone are passed over, and counted', async () => {
  const noted = found();
  assert.deepEqual(await read(',,\na,b\n,\n1,2\n"", \n,,,,\n', 3, { found: noted }), ['2: a|b', '4: 1|2']);
  assert.deepEqual(noted, { delimiter: ',', blank: 4, short: 0 });
});

test('semicolons or tabs, where the first line has more of them', async () => {
  await agrees('a;b\n1,5;2\n"x;y";"3\n4"\n;\n5\n', ['1: a|b', '2: 1,5|2', '3: x;y|3\n4', '6: 5|']);
  await agrees('a\tb\r1;2\t"say ""hi"""\r', ['1: a|b', '2: 1;2|say "hi"']);
  await agrees('"a;b;c",d\n1,2;3\n', ['1: a;b;c|d', '2: 1|2;3']);
  await agrees(';;;\na;b\n1;"2"x\n', ['2: a|b', '3! text after a closing quote']);
  const told: Delimiter[] = [];
  for (const text of ['a;b,c;d\n', 'a\tb\n', 'a\n', '']) {
    const noted = found();
    await read(text, 1, { found: noted });
    told.push(noted.delimiter);
  }
  assert.deepEqual(told, [';', '\t', ',', ',']);
});

test('lines that end in CR alone', async () => {
  await agrees('a,b\r1,2\r\r"x\ry",3\r4,5', ['1: a|b', '2: 1|2', '4: x\ny|3', '6: 4|5']);
  await agrees('a,b\r', ['1: a|b']);
  await agrees('a,b\r\n1,"x\ry"\r\n', ['1: a|b', '2: 1|x\ry']);
});

test('bytes of another encoding', async () => {
  const bytes = Uint8Array.of(0x61, 0x0a, 0x52, 0x65, 0x6e, 0xe9, 0x65, 0x20, 0x80, 0x0a);
  assert.deepEqual(await read(bytes, 3, { encoding: 'windows-1252' }), ['1: a', '2: Renée €']);
});

test('an open quote is given up after so many characters, and reading goes on behind its line', async () => {
  const records = await read(`a,b\n1,"2\n${'x'.repeat(300_000)},y\n3,4\n`, 10_000);
  assert.deepEqual(records, ['1: a|b', '2! a quote is not closed', '3! line too long', '4: 3|4']);
});

test('what is not UTF-8 shows as the replacement character', async () => {
  assert.deepEqual(await read(Uint8Array.of(0x61, 0x0a, 0xe4, 0x0a)), ['1: a', '2: \uFFFD']);
});

test('nothing in, nothing out', async () => {
  assert.deepEqual(await read(''), []);
  assert.deepEqual(await read('\n\n'), []);
});
