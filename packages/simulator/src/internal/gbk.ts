/** Text as GBK, the encoding of old Chinese systems, made from what Node can read of it. */
let table: ReadonlyMap<string, readonly [number, number]> | undefined;

const makeTable = (): ReadonlyMap<string, readonly [number, number]> => {
  const decoder = new TextDecoder("gbk");
  const made = new Map<string, readonly [number, number]>();
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      const character = decoder.decode(Uint8Array.of(high, low));
      if (character.length === 1 && character !== "\ufffd") made.set(character, [high, low]);
    }
  }
  return made;
};

/** What GBK has no place for becomes `?`, as old systems write it. */
export const encode = (text: string): Uint8Array => {
  table ??= makeTable();
  const bytes: Array<number> = [];
  for (const character of text) {
    const code = character.charCodeAt(0);
    bytes.push(...(code < 0x80 ? [code] : (table.get(character) ?? [0x3f])));
  }
  return Uint8Array.from(bytes);
};
