/**
 * The merchants of a JSON file, as entries for `Merchants`.
 *
 * ```json
 * { "merchants": [ { "name": "shop", "v2": { "appId": "wx…", "mchId": "19…", "apiKey": { "file": "shop.key" }, "p12File": "shop.p12" } } ] }
 * ```
 *
 * The fields of a `v2` block are the variables `WECHAT_PAY_*` in lower camel case: `certFile` is WECHAT_PAY_CERT_FILE. Whatever reads those
 * variables, the merchant's settings and a transport's `layerConfig`, reads this block in their place, and the environment is not looked
 * at. A field that nobody reads is a mistake and said. Secrets do not stand in the file: they are `{ "file": … }` or `{ "variable": … }`.
 *
 * A provider's block may hold `subMerchants`, a list of `name`, `subMchId` and perhaps `subAppId`: each is an entry of its own over the
 * provider's key and transport.
 */
import * as Config from "effect/Config";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { meant, shape } from "./internal/unknownFields.ts";
import * as Json from "./Json.ts";
import * as Merchant from "./Merchant.ts";
import { type Entry, InvalidMerchants, type Issue, issuesOf, notAName, shownName } from "./Merchants.ts";
import { Transport } from "./Transport.ts";

/** What is read with the file. */
export interface Options<E, R, E2, R2> {
  /** An adapter's `layerConfig`; it is built once for each block, with the block in place of the environment. */
  readonly transport: Layer.Layer<Transport, E, R>;
  /** Reads a text file, such as a key of `{ "file": … }`. */
  readonly readFile: (path: string) => Effect.Effect<string, E2, R2>;
}

/** They are given by file or variable; in the file itself they would be copied with it. */
const secrets: ReadonlySet<string> = new Set([
  "apiKey",
  "previousApiKey",
  "key",
  "keyPassphrase",
  "p12Base64",
  "p12Passphrase",
]);

const variableOf = (field: string): string => `WECHAT_PAY_${field.replace(/[A-Z]/g, "_$&").toUpperCase()}`;

const fieldOf = (variable: string): string =>
  variable
    .replace(/^WECHAT_PAY_/, "")
    .toLowerCase()
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A variable's name as it may be printed; a passphrase is none. */
const shownVariable = (name: string): string => (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name) ? name : "(not a name)");

/** A field's name as it may be printed: none is as long as a key. */
const shownField = (field: string): string => (/^[A-Za-z0-9_]{1,24}$/.test(field) ? field : "(a field)");

const suggestionFor = (known: ReadonlyArray<string>, field: string): string | undefined =>
  meant(field, shape("a merchant", Object.fromEntries(known.map((name) => [name, name]))));

/** What is said of a field that nobody reads: what it may have meant, or what there is. */
const unreadBy = (known: ReadonlyArray<string>, field: string): string => {
  const suggestion = suggestionFor(known, field);
  return `is read by nobody: ${suggestion === undefined ? `there are ${known.join(", ")}` : `did you mean ${suggestion}?`}`;
};

/** The source of a block: answers the variables with the block's fields, and knows which of them nobody asked for. */
const sourceOf = (values: ReadonlyMap<string, string>) => {
  const asked = new Set<string>();
  const provider = ConfigProvider.make((path) =>
    Effect.sync(() => {
      const name = path.join(".");
      asked.add(name);
      const value = values.get(name);
      return value === undefined ? undefined : ConfigProvider.makeValue(value);
    }),
  );
  const unread = (): ReadonlyArray<string> => [...values.keys()].filter((name) => !asked.has(name)).map(fieldOf);
  const known = (): ReadonlyArray<string> => [...asked].map(fieldOf).toSorted();
  return { provider, unread, known };
};

interface Sub {
  readonly name: string;
  readonly subMchId?: string;
  readonly subAppId?: string;
}

interface Block {
  readonly name: string;
  /** The name as it may be printed. */
  readonly shown: string;
  readonly fields: Json;
  readonly subs: ReadonlyArray<Sub> | undefined;
}

/** The shape of the file: what are blocks, what are sub-merchants, and what is neither. */
const blocksOf = (text: string): { readonly blocks: ReadonlyArray<Block>; readonly issues: ReadonlyArray<Issue> } => {
  const issues: Array<Issue> = [];
  const say = (merchant: string, field: string, message: string) => void issues.push({ merchant, field, message });
  const known = (merchant: string, where: string, record: Json, names: ReadonlyArray<string>) => {
    for (const field of Object.keys(record)) {
      if (!names.includes(field)) say(merchant, `${where}${shownField(field)}`, unreadBy(names, field));
    }
  };
  const parsed = Json.parse(text);
  if (Result.isFailure(parsed)) {
    const problem = parsed.failure;
    if (problem._tag === "NotJson") say("the file", "(text)", "is not JSON");
    else for (const name of problem.names) say("the file", shownField(name.replace(/^.*\./, "")), "is given twice");
    return { blocks: [], issues };
  }
  const json = parsed.success;
  if (!isRecord(json) || !Array.isArray(json["merchants"])) {
    say("the file", "merchants", "is missing: it is the list of the merchants");
    return { blocks: [], issues };
  }
  known("the file", "", json, ["merchants"]);
  const blocks = json["merchants"].flatMap((entry: unknown, at): ReadonlyArray<Block> => {
    const { name, v2 } = isRecord(entry) ? entry : {};
    const merchant = typeof name === "string" ? shownName(name) : `entry ${at + 1}`;
    if (typeof name !== "string") say(merchant, "name", "is missing");
    else if (merchant !== name) say(merchant, "name", notAName);
    if (isRecord(entry)) known(merchant, "", entry, ["name", "v2"]);
    if (!isRecord(v2)) {
      say(merchant, "v2", "is missing: it holds the settings of the XML protocol (APIv2)");
      return [];
    }
    const { subMerchants, ...fields } = v2;
    if (subMerchants === undefined) return [{ name: String(name), shown: merchant, fields, subs: undefined }];
    if (!Array.isArray(subMerchants) || subMerchants.length === 0 || !subMerchants.every(isRecord)) {
      say(merchant, "v2.subMerchants", "must be a list of name, subMchId and perhaps subAppId");
      return [];
    }
    const subs = subMerchants.map((sub: Json, n): Sub => {
      known(merchant, `v2.subMerchants.${n}.`, sub, ["name", "subMchId", "subAppId"]);
      for (const field of ["name", "subMchId", "subAppId"]) {
        const value = sub[field];
        if (value === undefined ? field !== "subAppId" : typeof value !== "string") {
          say(merchant, `v2.subMerchants.${n}.${field}`, value === undefined ? "is missing" : "must be a text");
        }
      }
      return sub as unknown as Sub;
    });
    for (const field of ["subMchId", "subAppId"]) {
      if (field in fields) say(merchant, `v2.${field}`, "stands beside subMerchants: give it to each of them");
    }
    return [{ name: String(name), shown: merchant, fields, subs }];
  });
  return { blocks, issues };
};

/** The value of a field: as it stands, or from where it says. */
const valueOf = Effect.fnUntraced(function* <E, R>(
  field: string,
  value: unknown,
  readFile: (path: string) => Effect.Effect<string, E, R>,
): Effect.fn.Return<string, string, R> {
  if (isRecord(value)) {
    const [[kind, where] = [], ...more] = Object.entries(value);
    if (more.length === 0 && kind === "file" && typeof where === "string") {
      // The line end that editors add is not part of a secret.
      const text = yield* Effect.mapError(readFile(where), (error) =>
        error instanceof Error ? error.message : "cannot be read",
      );
      return text.replace(/\r?\n$/, "");
    }
    if (more.length === 0 && kind === "variable" && typeof where === "string") {
      const found = yield* Effect.option(Config.Redacted(where));
      if (found._tag === "Some" && Redacted.value(found.value) !== "") return Redacted.value(found.value);
      return yield* Effect.fail(`names the variable ${shownVariable(where)}, which is not set`);
    }
    return yield* Effect.fail('must be a value, { "file": "a path" } or { "variable": "a name" }');
  }
  if (secrets.has(field)) {
    return yield* Effect.fail(
      'is a secret and does not stand here: give { "file": "a path" } or { "variable": "a name" }',
    );
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    return yield* Effect.fail("must be a text: a number of so many digits is rounded");
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  return yield* Effect.fail("must be a text");
});

const needed = ["appId", "mchId", "apiKey"];

/** Variables as the fields that they are here. */
const inWords = (text: string): string => text.replace(/WECHAT_PAY_[A-Z0-9_]+/g, fieldOf);

const inFields = ({ field, merchant, message }: Issue): Issue => ({
  merchant,
  field: field.startsWith("WECHAT_PAY_") ? `v2.${fieldOf(field)}` : field,
  message: inWords(message),
});

/** What a file gives: the merchants that can be made, and what is wrong with the others. */
export interface Contents<E, R> {
  readonly entries: ReadonlyArray<Entry<E | InvalidMerchants, R>>;
  readonly issues: ReadonlyArray<Issue>;
}

/** The transport of a block, which is refused when the block holds a field that nobody has read. */
const transportOf = <E, R>(
  name: string,
  source: ReturnType<typeof sourceOf>,
  transport: Layer.Layer<Transport, E, R>,
): Layer.Layer<Transport, InvalidMerchants, R> =>
  Layer.effect(
    Transport,
    Effect.gen(function* () {
      const built = yield* Effect.result(Layer.build(Layer.fresh(transport)));
      const failed = Result.isFailure(built);
      const known = source.known();
      // A transport that failed may not have come to all of its settings: then only what was plainly meant is said.
      const unread = source.unread().filter((field) => !failed || suggestionFor(known, field) !== undefined);
      const issues = unread.map((field) => ({
        merchant: name,
        field: `v2.${shownField(field)}`,
        message: unreadBy(known, field),
      }));
      if (Result.isSuccess(built) && issues.length === 0) return Context.get(built.success, Transport);
      const failures = failed ? issuesOf(name, "transport", built.failure).map(inFields) : [];
      return yield* new InvalidMerchants({ issues: [...issues, ...failures] });
    }),
  ).pipe(Layer.provide(ConfigProvider.layer(source.provider)));

/**
 * Reads the file's text. What is wrong with the file is among the issues, to be said with what is wrong with the merchants
 * (`Merchants.make` takes them); a field that nobody reads is said when its transport is built.
 */
export const read = Effect.fnUntraced(function* <E, R, E2, R2>(
  text: string,
  { readFile, transport }: Options<E, R, E2, R2>,
): Effect.fn.Return<Contents<never, R>, never, R2> {
  // The mark that some editors put before a text is not part of it.
  const { blocks, issues } = blocksOf(text.replace(/^\uFEFF/, ""));
  const all: Array<Issue> = [...issues];
  const entries: Array<Entry<InvalidMerchants, R>> = [];
  for (const { fields, name, shown, subs } of blocks) {
    const values = new Map<string, string>();
    const wrong: Array<Issue> = needed
      .filter((field) => fields[field] === undefined)
      .map((field) => ({ merchant: shown, field: `v2.${field}`, message: "is missing" }));
    for (const [field, value] of Object.entries(fields)) {
      const variable = variableOf(field);
      // One spelling for each variable: with two, one of the values would be lost.
      const problem = fieldOf(variable) === field ? undefined : unreadBy([fieldOf(variable)], field);
      const read = problem === undefined ? yield* Effect.result(valueOf(field, value, readFile)) : Result.fail(problem);
      if (read._tag === "Success") values.set(variable, read.success);
      else wrong.push({ merchant: shown, field: `v2.${shownField(field)}`, message: read.failure });
    }
    const source = sourceOf(values);
    const merchant = yield* Effect.result(
      Effect.provideService(Merchant.config, ConfigProvider.ConfigProvider, source.provider),
    );
    if (wrong.length === 0 && Result.isFailure(merchant)) {
      wrong.push(...issuesOf(shown, "v2", merchant.failure).map(inFields));
    }
    all.push(...wrong);
    if (wrong.length > 0 || Result.isFailure(merchant)) continue;
    const v2 = { ...merchant.success, transport: transportOf(shown, source, transport) };
    if (subs === undefined) entries.push({ name, v2 });
    else entries.push(...subs.map(({ name, ...numbers }) => ({ name, v2: { ...v2, ...numbers } })));
  }
  return { entries, issues: all };
});
