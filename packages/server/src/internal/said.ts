/** What the schema library says of a value's type, such as `Expected string | undefined`, in words of ours. Any other text stays. */
const types: Readonly<Record<string, string>> = {
  string: "must be a text",
  number: "must be a number",
  object: "must be an object",
  array: "must be a list",
  "string | true": "must be a text or true",
};

const literals = /^"[^"]*"(?: \| "[^"]*")*$/;

export const said = (message: string): string => {
  const expected = /^Expected (.+?)(?: \| undefined)?$/.exec(message)?.[1];
  if (expected === undefined) return message;
  return literals.test(expected)
    ? `must be one of ${expected.slice(1, -1).replaceAll('" | "', ", ")}`
    : (types[expected] ?? message);
};
