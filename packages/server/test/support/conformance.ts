/**
 * Requests made from the service's own OpenAPI document, good ones and bad ones, each held against what the document says of its answer.
 *
 * Reads nothing of the service's code: the document is what it serves, forms are checked by another validator.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import * as fc from "fast-check";
import { anyText } from "../../../core/test/support/anyText.ts";
import { ask, type Ask, type Reply } from "./service.ts";

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly schema: Form;
}
interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema: object }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: ReadonlyArray<Parameter>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Form }>> };
  readonly responses: Readonly<Record<string, Answer>>;
}
type Form = Readonly<Record<string, unknown>>;

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Form>> };
}

/** Values that mean something to the service, by the name of the field or parameter. */
export type Known = Readonly<Record<string, ReadonlyArray<string>>>;

/** Of the service that the tests start. */
export const known: Known = {
  merchant: ["shop", "kiosk"],
  outRefundNo: ["R-0", "R-1", "R-2", "R-3", "new-1", "new-2", "R|*@-1"],
  outTradeNo: ["T-1", "T-2"],
  prefix: ["R", "new"],
  notifyUrl: ["https://shop.example/notices"],
  refundFeeType: ["CNY"],
  after: ["0", "3"],
  mchId: ["1900000109", "1900000209"],
  date: ["2026-11-24", "2026-11-25"],
  webhook: ["erp"],
  delivery: ["1", "2", "3"],
};

/** Values of a form, good ones. */
const valuesOf = (form: Form, document: Document, known: Known, name = ""): fc.Arbitrary<unknown> => {
  const meant = known[name];
  if (meant !== undefined) {
    const others = valuesOf(form, document, known);
    return fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...meant) }, { weight: 1, arbitrary: others });
  }
  const inner = (of: unknown, name = "") => valuesOf(of as Form, document, known, name);
  const { $ref } = form;
  if (typeof $ref === "string") return inner(document.components.schemas[$ref.replace("#/components/schemas/", "")]);
  const union = form["anyOf"] ?? form["oneOf"];
  if (Array.isArray(union)) return fc.oneof(...union.map((of) => inner(of)));
  if (Array.isArray(form["allOf"])) {
    return inner(Object.assign({ ...form, allOf: undefined }, ...(form["allOf"] as ReadonlyArray<Form>)));
  }
  if (Array.isArray(form["enum"])) return fc.constantFrom(...(form["enum"] as ReadonlyArray<unknown>));
  if ("const" in form) return fc.constant(form["const"]);
  switch (form["type"]) {
    case "string": {
      const {
        maxLength = 40,
        minLength = 0,
        pattern,
      } = form as { maxLength?: number; minLength?: number; pattern?: string };
      if (form["format"] === "date-time")
        return fc
          .date({ noInvalidDate: true, min: new Date("2000-01-01"), max: new Date("2100-01-01") })
          .map((date) => date.toISOString());
      if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, "u"));
      return fc.oneof(
        { weight: 4, arbitrary: fc.string({ minLength: Math.max(1, minLength), maxLength }) },
        { weight: 1, arbitrary: anyText({ minLength, maxLength }) },
      );
    }
    case "integer":
    case "number": {
      const { maximum = Number.MAX_SAFE_INTEGER, minimum = 0 } = form as { maximum?: number; minimum?: number };
      return fc.oneof(
        fc.constantFrom(minimum, maximum, 100),
        fc.maxSafeInteger().filter((n) => n >= minimum && n <= maximum),
      );
    }
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(inner(form["items"] ?? {}), { maxLength: 3 });
    case "object": {
      const properties = (form["properties"] ?? {}) as Readonly<Record<string, Form>>;
      const requiredKeys = (form["required"] ?? []) as Array<string>;
      return fc.record(Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, inner(of, name)])), {
        requiredKeys,
      });
    }
    default:
      return fc.jsonValue();
  }
};

export interface Case {
  readonly operation: Operation;
  readonly method: string;
  /** As the document writes it. */
  readonly template: string;
  readonly path: string;
  readonly ask: Ask;
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value)) ?? "";

/** A part of an address that has something in it. */
const segment = (value: unknown): string => encodeURIComponent(text(value).toWellFormed()) || "%20";

/** One request: mostly as the document says, now and then wrong in one way. */
const casesOf = (
  document: Document,
  method: string,
  template: string,
  operation: Operation,
  { known, tokens }: { readonly known: Known; readonly tokens: ReadonlyArray<string | undefined> },
): fc.Arbitrary<Case> => {
  const path = operation.parameters.filter((one) => one.in === "path");
  const query = operation.parameters.filter((one) => one.in === "query");
  const value = ({ name, schema: of }: Parameter) =>
    fc.oneof({ weight: 30, arbitrary: valuesOf(of, document, known, name) }, { weight: 1, arbitrary: anyText() });
  const body = operation.requestBody?.content["application/json"]?.schema;
  const good = body === undefined ? fc.constant(undefined) : valuesOf(body, document, known);
  const bodies =
    body === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          { weight: 8, arbitrary: good },
          { weight: 1, arbitrary: fc.jsonValue() },
          { weight: 1, arbitrary: anyText() },
          // One field that is something else, or one that there is not.
          {
            weight: 3,
            arbitrary: fc
              .tuple(
                good,
                fc.constantFrom("merchant", "order", "totalFee", "reason", "refundFee", "x", "__proto__"),
                fc.jsonValue(),
              )
              .map(([made, name, other]) => ({ ...(made as object), [name]: other })),
          },
        );
  const headers = fc.oneof(
    { weight: 12, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        { "content-type": "text/plain" },
        { "content-encoding": "gzip" },
        { accept: "text/html" },
      ),
    },
  );
  const given = (parameters: ReadonlyArray<Parameter>, all: boolean) =>
    fc.record(Object.fromEntries(parameters.map((one) => [one.name, value(one)])), {
      requiredKeys: all ? parameters.map(({ name }) => name) : [],
    });
  return fc
    .record({
      path: given(path, true),
      query: given(
        query.filter(({ name }) => name !== "wait"),
        false,
      ),
      more: fc.oneof({ weight: 10, arbitrary: fc.constant("") }, { weight: 1, arbitrary: fc.constant("unknown=1") }),
      body: bodies,
      headers,
      token: fc.constantFrom(...tokens),
    })
    .map(({ body, headers, more, path, query, token }) => {
      const address = template.replace(/\{(\w+)\}/g, (_, name: string) =>
        segment((path as Readonly<Record<string, unknown>>)[name]),
      );
      const parts = Object.entries(query).flatMap(([name, one]) =>
        (Array.isArray(one) ? one : [one]).map((item) => `${name}=${segment(item)}`),
      );
      const search = [...parts, ...(more === "" ? [] : [more])].join("&");
      return {
        operation,
        method: method.toUpperCase(),
        template,
        path: search === "" ? address : `${address}?${search}`,
        ask: {
          token,
          headers,
          ...(body !== undefined && {
            body: typeof body === "string" ? body.toWellFormed() : (JSON.stringify(body) ?? "null"),
          }),
        },
      };
    });
};

export const requests = (
  document: Document,
  options: { readonly known: Known; readonly tokens: ReadonlyArray<string | undefined> },
): fc.Arbitrary<Case> =>
  fc.oneof(
    ...Object.entries(document.paths).flatMap(([template, operations]) =>
      Object.entries(operations).map(([method, operation]) => casesOf(document, method, template, operation, options)),
    ),
  );

/** Holds answers to the document; what is wrong with one, or nothing. */
export const checker = (document: Document) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "api", components: document.components });
  const compiled = new Map<object, ValidateFunction>();
  const validate = (schema: object, value: unknown): string | undefined => {
    let check = compiled.get(schema);
    if (check === undefined) {
      // References lead from the form to the document that it stands in.
      const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
      check = ajv.compile(rooted);
      compiled.set(schema, check);
    }
    return check(value) ? undefined : ajv.errorsText(check.errors);
  };
  return ({ operation }: Case, { body, headers, status, text }: Reply): string | undefined => {
    if (status >= 500) return `status ${status}`;
    const answer = operation.responses[status];
    if (answer === undefined) return `the document has no answer ${status}`;
    for (const [name, { required }] of Object.entries(answer.headers ?? {})) {
      if (required === true && headers[name] === undefined) return `the answer ${status} has no header field ${name}`;
    }
    const type = (headers["content-type"] ?? "").replace(/;.*/, "");
    const content = answer.content?.[type];
    if (content === undefined) return `the answer ${status} is ${type}, and the document says otherwise`;
    if (!text.startsWith("{")) return `the answer ${status} is no JSON object`;
    return validate(content.schema, body);
  };
};

/** Makes so many requests, and gives back how often each operation was answered with which status, or the first that was not as described. */
export const run = async (
  api: string,
  document: Document,
  options: {
    readonly count: number;
    readonly seed?: number | undefined;
    readonly known: Known;
    readonly tokens: ReadonlyArray<string | undefined>;
  },
): Promise<ReadonlyMap<string, number>> => {
  const check = checker(document);
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(requests(document, options), async (one) => {
      const reply = await ask(api, one.method, one.path, one.ask);
      const key = `${one.operation.operationId} ${reply.status}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      const problem = check(one, reply);
      if (problem !== undefined) throw new Error(`${one.method} ${one.path}: ${problem}\n${reply.text.slice(0, 2000)}`);
    }),
    { numRuns: options.count, ...(options.seed !== undefined && { seed: options.seed }), endOnFailure: false },
  );
  return seen;
};
