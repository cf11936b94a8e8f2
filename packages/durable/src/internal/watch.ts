/** Marks that whoever is alive changes: one that stands still here, on this process's own monotonic clock, belongs to somebody who is not. */

/** The same mark for so long, seen here: whoever makes it has stopped. */
export class Watch {
  private readonly seen = new Map<string, { readonly mark: string; readonly since: number }>();

  /** For how long the mark of this name has stood at least, when it was read between two moments. */
  stood(name: string, mark: string, [before, after]: readonly [number, number]): number {
    const seen = this.seen.get(name);
    // This process may have stood still itself while it read.
    if (seen?.mark === mark) return Math.max(0, before - seen.since);
    this.seen.set(name, { mark, since: after });
    return 0;
  }

  keep(names: ReadonlySet<string>): void {
    for (const name of this.seen.keys()) if (!names.has(name)) this.seen.delete(name);
  }
}
