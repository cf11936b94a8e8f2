/** What the OpenAPI document says beside what is made from the schemas: header fields of answers, and names for their forms. */

type Document = Record<string, unknown>;

const isObject = (value: unknown): value is Document => typeof value === "object" && value !== null;

const header = (description: string) => ({ description, required: true, schema: { type: "string" } });
const headers: Readonly<Record<string, Document>> = {
  "401": { "www-authenticate": header("Bearer") },
  "429": { "retry-after": header("Seconds to wait") },
  "503": { "retry-after": header("Seconds to wait before the identical request is repeated") },
};

const suffix = "Encoded";
const prefix = "#/components/schemas/";

/** The same forms under the names that they have here: only one side of each is in the document. */
const renamed = (value: unknown, isTaken: (name: string) => boolean): unknown => {
  const short = (name: string): string =>
    name.endsWith(suffix) && !isTaken(name.slice(0, -suffix.length)) ? name.slice(0, -suffix.length) : name;
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value === "string") return value.startsWith(prefix) ? prefix + short(value.slice(prefix.length)) : value;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [short(name), walk(inner)]));
  };
  return walk(value);
};

/** The document as it is given out. */
export const described = (made: Document): Document => {
  const { components } = made;
  const schemas = isObject(components) && isObject(components["schemas"]) ? components["schemas"] : {};
  const document = renamed(made, (name) => name in schemas) as Document;
  const { paths } = document;
  if (!isObject(paths)) return document;
  for (const path of Object.values(paths).filter(isObject)) {
    for (const operation of Object.values(path).filter(isObject)) {
      const { responses } = operation;
      if (!isObject(responses)) continue;
      for (const [status, more] of Object.entries(headers)) {
        const response = responses[status];
        if (isObject(response))
          response["headers"] = { ...(isObject(response["headers"]) && response["headers"]), ...more };
      }
    }
  }
  return document;
};
