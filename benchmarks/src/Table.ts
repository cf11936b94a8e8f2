/** Text tables that are Markdown as well. */
export const table = (heads: ReadonlyArray<string>, lines: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const print = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(Math.max(1, width - 1))}:`,
  );
  return [print(heads), `| ${rule.join(" | ")} |`, ...lines.map(print)].join("\n");
};

export const round = (value: number, digits = 0): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");
