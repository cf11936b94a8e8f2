/** The description of the control interface: OpenAPI 3.1, and a page to read it on. */
import * as Schema from "effect/Schema";
import { type Route, routes } from "./routes.ts";

const json = (schema: Schema.Constraint) => {
  const { schema: shape, definitions } = Schema.toJsonSchemaDocument(schema, { onExcessProperty: "error" });
  return {
    "application/json": { schema: Object.keys(definitions).length === 0 ? shape : { ...shape, $defs: definitions } },
  };
};
const wrong = (description: string) => ({
  description,
  content: json(Schema.Struct({ issues: Schema.Array(Schema.String) })),
});

const parameters = ({ path, query = {} }: Route) => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  })),
  ...Object.entries(query).map(([name, description]) => ({
    name,
    in: "query",
    description,
    schema: { type: "string" },
  })),
];

const operation = (route: Route) => ({
  operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[/{}]+(\w)?/g, (_, next: string = "") => next.toUpperCase())}`,
  summary: route.summary,
  parameters: parameters(route),
  ...(route.input !== undefined && { requestBody: { required: true, content: json(route.input) } }),
  responses: {
    200: { description: "What is so now", content: json(route.output) },
    ...(route.input !== undefined && { 400: wrong("Every wrong field, by name") }),
    ...(route.path.includes("{") && { 404: wrong("There is no such thing") }),
  },
});

let made: string | undefined;

/** The document, as JSON. */
export const document = (): string => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  made ??= JSON.stringify({
    openapi: "3.1.0",
    info: {
      title: "A WeChat Pay gateway to refund against: control",
      version: "1",
      description: "For this machine only. Amounts are in fen, times in milliseconds since 1970.",
    },
    paths,
  });
  return made;
};

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const pretty = (schema: Schema.Constraint): string =>
  escape(JSON.stringify(json(schema)["application/json"].schema, undefined, 2));

/** The document's content for a reader. */
export const page = (): string => {
  const sections = routes.map(
    (route) => `<section><h2><code>${route.method} ${escape(route.path)}</code></h2><p>${escape(route.summary)}.</p>
${Object.entries(route.query ?? {})
  .map(([name, what]) => `<p><code>?${name}=</code> ${escape(what)}</p>`)
  .join(
    "",
  )}${route.input === undefined ? "" : `<details><summary>Body</summary><pre tabindex="0">${pretty(route.input)}</pre></details>`}
<details><summary>Answer</summary><pre tabindex="0">${pretty(route.output)}</pre></details></section>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Control interface</title><link rel="stylesheet" href="/inspector.css"></head><body class="document"><main>
<h1>Control interface</h1><p><a href="/">Inspector</a> · <a href="/openapi.json">OpenAPI 3.1 document</a></p>
${sections.join("\n")}</main></body></html>`;
};
