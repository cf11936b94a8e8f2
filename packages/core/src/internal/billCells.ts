/**
 * The cells of a bill's lines, and what stands in them. Every cell but a header's starts with a back-quote; what was opened and saved in a
 * spreadsheet may have quotes around a cell, or no back-quotes any more.
 */

/** Cells that may be in quotes, as CSV has them. What is opened and not closed ends with the line. */
const quotedCells = (line: string): Array<string> => {
  const cells: Array<string> = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] === '"') {
      let cell = "";
      let from = at + 1;
      for (;;) {
        const quote = line.indexOf('"', from);
        if (quote === -1) {
          cell += line.slice(from);
          at = line.length;
          break;
        }
        cell += line.slice(from, quote);
        at = quote + 1;
        if (line[at] !== '"') break;
        cell += '"';
        from = at + 1;
      }
      const end = line.indexOf(",", at);
      cells.push(cell + line.slice(at, end === -1 ? undefined : end));
      at = end === -1 ? line.length + 1 : end + 1;
    } else {
      const end = line.indexOf(",", at);
      cells.push(line.slice(at, end === -1 ? undefined : end));
      at = end === -1 ? line.length + 1 : end + 1;
    }
  }
  return cells;
};

const withoutMark = (cell: string): string => (cell.startsWith("`") ? cell.slice(1) : cell);

/** Any line's cells, without their back-quotes. */
export const looseCells = (line: string): ReadonlyArray<string> => quotedCells(line).map(withoutMark);

/** As many cells as the header has, or how many there are. Empty ones too many at the end are those of a spreadsheet. */
export const cellsOf = (line: string, count: number): ReadonlyArray<string> | number => {
  if (line.startsWith("`")) {
    const cells = line.slice(1).split(",`");
    if (cells.length === count) return cells;
  }
  const cells = looseCells(line);
  const more = cells.slice(count);
  return cells.length >= count && more.every((cell) => cell === "") ? cells.slice(0, count) : cells.length;
};

/** A header's names; its commas were seen in full width, too. */
export const namesOf = (line: string): ReadonlyArray<string> => {
  const names = looseCells(line.replaceAll("，", ",")).map((name) => name.trim());
  const last = names.findLastIndex((name) => name !== "");
  return names.slice(0, last + 1);
};

/** What a cell holds, or nothing: `0` stands where there is no number. */
export const given = (cell: string | undefined): string => {
  const text = cell?.trim() ?? "";
  return text === "0" ? "" : text;
};

const yuan = /^(-)?0*([0-9]{1,13})(?:\.([0-9]{0,2})0*)?$/;

/** An amount in yuan, of any number of decimals, in fen; nothing where it is none, or not one of whole fen. */
export const fenOf = (text: string): number | undefined => {
  const found = yuan.exec(text.trim());
  if (found === null) return undefined;
  const [, sign, whole, decimals = ""] = found;
  const fen = Number(whole) * 100 + Number(decimals.padEnd(2, "0"));
  // Nothing is below zero that is zero.
  return sign === undefined || fen === 0 ? fen : -fen;
};

const count = /^0*([0-9]{1,15})(?:\.0*)?$/;

/** A count, which was seen as `45.0`, too. */
export const countOf = (text: string): number | undefined => {
  const found = count.exec(text.trim());
  return found === null ? undefined : Number(found[1]);
};
