/** What the OpenAPI document says beside what is made from the schemas: header fields of answers, and the answers of every route. */

type Document = Record<string, unknown>;

const isObject = (value: unknown): value is Document => typeof value === "object" && value !== null;

const header = (description: string, type: string) => ({ description, required: true, schema: { type } });
const headers: Readonly<Record<string, Document>> = {
  "401": { "www-authenticate": header("Bearer", "string") },
  "429": { "retry-after": header("Seconds to wait", "string") },
  "503": { "retry-after": header("Seconds to wait before the identical request is repeated", "string") },
};

/** Adds the header fields that go with a status. */
export const described = (document: Document): Document => {
  const { paths } = document;
  if (!isObject(paths)) return document;
  for (const path of Object.values(paths).filter(isObject)) {
    for (const operation of Object.values(path).filter(isObject)) {
      const { responses } = operation;
      if (!isObject(responses)) continue;
      for (const [status, more] of Object.entries(headers)) {
        const response = responses[status];
        if (isObject(response)) response["headers"] = { ...(isObject(response["headers"]) && response["headers"]), ...more };
      }
    }
  }
  return document;
};
