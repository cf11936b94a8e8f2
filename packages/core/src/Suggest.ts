/** The name that somebody meant who wrote another. */

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** How many letters must be added, left out or changed to make one of the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [n, letter] of [...a].entries()) {
    const next = [n + 1];
    for (const [m, other] of [...b].entries()) {
      const [left, above, diagonal] = [next[m], row[m + 1], row[m]] as [number, number, number];
      next.push(Math.min(left + 1, above + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] as number;
};

/** The nearest of the names, if one is so near that it was meant: case and signs between letters do not count, a slip in four letters may. */
export const nearest = (written: string, names: Iterable<string>): string | undefined => {
  const wanted = letters(written);
  let found: { readonly name: string; readonly far: number } | undefined;
  if (wanted.length > 64) return undefined;
  for (const name of names) {
    const far = distance(wanted, letters(name));
    if (far <= wanted.length / 4 && far < (found?.far ?? Number.POSITIVE_INFINITY)) found = { name, far };
  }
  return found?.name;
};
