declare module 'subset-font' {
  interface Options {
    targetFormat?: 'sfnt' | 'truetype' | 'woff' | 'woff2';
    variationAxes?: Record<string, number>;
    noHinting?: boolean;
    dropTables?: readonly string[];
  }
  /** The font with no other characters than those of the text, and with its variation axes pinned. */
  export default function subsetFont(font: Uint8Array, text: string, options?: Options): Promise<Buffer>;
}
