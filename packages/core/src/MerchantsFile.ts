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
 *
 * A `v3` block, alone or beside `v2`, holds the settings of APIv3 in the same way: `serialNo` is WECHAT_PAY_V3_SERIAL_NO, `apiV3Key`
 * WECHAT_PAY_V3_KEY. With both, `protocol` says what new refunds are made through.
 */
import * as Config from "effect/Config";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { blocksOf, isRecord, shownField, type Sub, suggestionFor, unreadBy } from "./internal/merchantBlocks.ts";
import * as Merchant from "./Merchant.ts";
import { type Entry, InvalidMerchants, type Issue, issuesOf, type Protocol, type V3 } from "./Merchants.ts";
import { Transport } from "./Transport.ts";

/** What is read with the file. */
export interface Options<E, R, E2, R2> {
  /** An adapter's `layerConfig`; it is built once for each block, with the block in place of the environment. */
  readonly transport: Layer.Layer<Transport, E, R>;
  /**
   * Makes a `v3` block of the variables in use: `ApiV3.blockConfig` of `@wechat-refund/apiv3`. Its transport is built once for each block,
   * with the block in place of the environment.
   */
  readonly v3?: Effect.Effect<V3<E, R>, Merchant.InvalidMerchant | Config.ConfigError> | undefined;
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
  "privateKey",
  "apiV3Key",
]);

/** The settings of APIv3 whose variables say so; the others are those of every protocol. */
const ofV3: ReadonlySet<string> = new Set([
  "serialNo",
  "privateKey",
  "privateKeyFile",
  "publicKey",
  "publicKeyFile",
  "publicKeyId",
]);

const variableOf = (field: string): string => {
  if (field === "apiV3Key") return "WECHAT_PAY_V3_KEY";
  return `WECHAT_PAY_${ofV3.has(field) ? "V3_" : ""}${field.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
};

const fieldOf = (variable: string): string =>
  variable
    .replace(/^WECHAT_PAY_V3_KEY$/, "apiV3Key")
    .replace(/^WECHAT_PAY_(?:V3_)?/, "")
    .replace(/^[A-Z0-9_]+$/, (name) => name.toLowerCase())
    .replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A variable's name as it may be printed; a passphrase is none. */
const shownVariable = (name: string): string => (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name) ? name : "(not a name)");

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

const needed = { v2: ["appId", "mchId", "apiKey"], v3: ["mchId", "serialNo"] } as const;

/** Variables as the fields that they are here. */
const inWords = (text: string): string => text.replace(/WECHAT_PAY_[A-Z0-9_]+/g, fieldOf);

const inFields =
  (protocol: Protocol) =>
  ({ field, merchant, message }: Issue): Issue => ({
    merchant,
    field: field.startsWith("WECHAT_PAY_") ? `${protocol}.${fieldOf(field)}` : field,
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
  protocol: Protocol,
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
        field: `${protocol}.${shownField(field)}`,
        message: unreadBy(known, field),
      }));
      if (Result.isSuccess(built) && issues.length === 0) return Context.get(built.success, Transport);
      const failures = failed ? issuesOf(name, "transport", built.failure).map(inFields(protocol)) : [];
      return yield* new InvalidMerchants({ issues: [...issues, ...failures] });
    }),
  ).pipe(Layer.provide(ConfigProvider.layer(source.provider)));

/**
 * Reads the file's text. What is wrong with the file is among the issues, to be said with what is wrong with the merchants
 * (`Merchants.make` takes them); a field that nobody reads is said when its transport is built.
 */
export const read = Effect.fnUntraced(function* <E, R, E2, R2>(
  text: string,
  { readFile, transport, v3 }: Options<E, R, E2, R2>,
): Effect.fn.Return<Contents<never, R>, never, R2> {
  // The mark that some editors put before a text is not part of it.
  const { blocks, issues } = blocksOf(text.replace(/^\uFEFF/, ""));
  const all: Array<Issue> = [...issues];
  const entries: Array<Entry<InvalidMerchants, R>> = [];
  /** Both blocks of a name are one entry; a name that comes again in the same protocol is another entry, and refused as such. */
  const put = (name: string, block: Omit<Entry<InvalidMerchants, R>, "name">): void => {
    const at = entries.findIndex(
      (entry) => entry.name === name && !Object.keys(block).some((kind) => kind !== "protocol" && kind in entry),
    );
    if (at === -1) entries.push({ name, ...block });
    else entries[at] = { ...entries[at], name, ...block };
  };
  for (const { fields, name, preferred, protocol, shown, subs } of blocks) {
    const values = new Map<string, string>();
    const wrong: Array<Issue> = needed[protocol]
      .filter((field) => fields[field] === undefined)
      .map((field) => ({ merchant: shown, field: `${protocol}.${field}`, message: "is missing" }));
    for (const [field, value] of Object.entries(fields)) {
      const variable = variableOf(field);
      // One spelling for each variable: with two, one of the values would be lost.
      const problem = fieldOf(variable) === field ? undefined : unreadBy([fieldOf(variable)], field);
      const read = problem === undefined ? yield* Effect.result(valueOf(field, value, readFile)) : Result.fail(problem);
      if (read._tag === "Success") values.set(variable, read.success);
      else wrong.push({ merchant: shown, field: `${protocol}.${shownField(field)}`, message: read.failure });
    }
    const chosen = preferred === undefined ? {} : { protocol: preferred };
    if (protocol === "v3") {
      const made: Array<readonly [string, V3<InvalidMerchants, R>]> = [];
      // Each sub-merchant's settings are the block's with its own number.
      for (const sub of subs ?? [{ name }]) {
        const { subMchId } = sub as Sub;
        const source = sourceOf(
          subMchId === undefined ? values : new Map([...values, ["WECHAT_PAY_SUB_MCH_ID", subMchId]]),
        );
        if (wrong.length > 0) continue;
        if (v3 === undefined) {
          wrong.push({
            merchant: shown,
            field: "v3",
            message: "cannot be read here: give `v3`, which is ApiV3.blockConfig",
          });
          continue;
        }
        const block = yield* Effect.result(Effect.provideService(v3, ConfigProvider.ConfigProvider, source.provider));
        if (Result.isFailure(block)) wrong.push(...issuesOf(shown, "v3", block.failure).map(inFields(protocol)));
        else {
          const { make, transport } = block.success;
          made.push([sub.name, { make, transport: transportOf(shown, protocol, source, transport) }]);
        }
      }
      all.push(...wrong);
      if (wrong.length === 0) for (const [name, v3] of made) put(name, { v3, ...chosen });
      continue;
    }
    const source = sourceOf(values);
    const merchant = yield* Effect.result(
      Effect.provideService(Merchant.config, ConfigProvider.ConfigProvider, source.provider),
    );
    if (wrong.length === 0 && Result.isFailure(merchant)) {
      wrong.push(...issuesOf(shown, "v2", merchant.failure).map(inFields(protocol)));
    }
    all.push(...wrong);
    if (wrong.length > 0 || Result.isFailure(merchant)) continue;
    const v2 = { ...merchant.success, transport: transportOf(shown, protocol, source, transport) };
    if (subs === undefined) put(name, { v2, ...chosen });
    else for (const { name, ...numbers } of subs) put(name, { v2: { ...v2, ...numbers }, ...chosen });
  }
  return { entries, issues: all };
});
