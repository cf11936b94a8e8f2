/** The members of a JSON value in its depths, each with the path to it. */
export const members = (value: unknown, path = ""): ReadonlyArray<readonly [path: string, value: string]> => {
  if (typeof value === "object" && value !== null) {
    const inside = Object.entries(value);
    if (inside.length > 0) {
      return inside.flatMap(([name, member]) => members(member, path === "" ? name : `${path}.${name}`));
    }
  }
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
};
