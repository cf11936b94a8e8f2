/**
 * A request as it is at one moment: each field is read once, so that what is checked, signed, sent, compared and asked for again is one
 * thing, whatever becomes of the caller's object meanwhile.
 */

/** How the value of a field is copied where it holds fields itself. */
export type Inner = Readonly<Record<string, (value: unknown) => unknown>>;

const attempt = <A>(read: () => A, otherwise: A): A => {
  try {
    return read();
  } catch {
    return otherwise;
  }
};

const put = (copy: Record<string, unknown>, name: string, value: object, inner: Inner): void => {
  let given: unknown;
  try {
    given = (value as Readonly<Record<string, unknown>>)[name];
  } catch {
    // What cannot be read is not left out, which would be another request: `null` is no value of any field, and the check says so.
    given = null;
  }
  if (given === undefined) return;
  const kept = Object.hasOwn(inner, name) ? inner[name]?.(given) : given;
  // Assigned, this name would change what the copy is.
  if (name === "__proto__") Object.defineProperty(copy, name, { value: kept, enumerable: true });
  else copy[name] = kept;
};

/** Known fields also where they are inherited, as from a class; unknown ones only of the object itself, to be named as issues. */
export const copyOf = <A>(value: A, fields: ReadonlySet<string>, inner: Inner = {}): A => {
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const name of fields) put(copy, name, value, inner);
  for (const name of attempt(() => Object.keys(value), [])) if (!fields.has(name)) put(copy, name, value, inner);
  return copy as A;
};

/** The items of a list, each copied. */
export const listOf =
  (item: (value: unknown) => unknown) =>
  (value: unknown): unknown =>
    attempt(() => (Array.isArray(value) ? Array.from(value as ReadonlyArray<unknown>, item) : value), null);
