/** Things to do at times: a queue in the order of the times, and of entry among equal ones. */
export interface Timetable<T> {
  readonly add: (at: number, thing: T) => void;
  /** Takes out everything due at `now`. */
  readonly due: (now: number) => ReadonlyArray<T>;
  readonly next: () => number | undefined;
}

export const make = <T>(): Timetable<T> => {
  const entries: Array<{ readonly at: number; readonly thing: T }> = [];
  const after = (at: number): number => {
    let [low, high] = [0, entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((entries[middle]?.at ?? at) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add: (at, thing) => void entries.splice(after(at), 0, { at, thing }),
    due: (now) => entries.splice(0, after(now)).map(({ thing }) => thing),
    next: () => entries[0]?.at,
  };
};
