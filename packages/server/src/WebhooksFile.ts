/**
 * The endpoints of webhooks, from a JSON file.
 *
 * ```json
 * { "webhooks": [ { "name": "erp", "url": "https://erp.example/refunds", "merchants": ["shop"], "types": ["refund.*"],
 *                   "secret": { "file": "erp.secret" } } ] }
 * ```
 *
 * Secrets do not stand in the file: they are `{ "file": … }` or `{ "variable": … }`, as in the file of the merchants. While one is changed,
 * `previousSecret` signs as well. `allow` names what an endpoint may be reached at beside public addresses: its own host, where that is in
 * one's own networks, or addresses and networks. All that is wrong is said at once, and nothing that could be a secret is repeated.
 */
import { isIP } from "node:net";
import * as Json from "@wechat-refund/core/Json";
import { notAName, shownName } from "@wechat-refund/core/Merchants";
import { nearest } from "@wechat-refund/core/Suggest";
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import { isObject } from "./internal/starting.ts";
import * as tokenFile from "./internal/tokenFile.ts";
import { type Allowed, networkOf } from "./internal/webhooks/addresses.ts";
import { patterns, types, type Wanted } from "./internal/webhooks/messages.ts";
import { isSame, type Key, keyOf, newSecret as made } from "./internal/webhooks/signing.ts";
import { everyMerchant } from "./Tokens.ts";

/** A new secret, which is known to the caller alone. */
export const newSecret: Effect.Effect<Redacted.Redacted> = Effect.sync(made);

/** An endpoint that can be delivered to. */
export interface Endpoint extends Wanted {
  readonly name: string;
  readonly url: URL;
  /** The current secret first; each signs. */
  readonly keys: ReadonlyArray<Key>;
  readonly allow: Allowed;
}

/** What is wrong with the file, all of it at once. */
export class InvalidWebhooks extends onOneLine(
  Schema.TaggedError<InvalidWebhooks>("@wechat-refund/server/InvalidWebhooks")("InvalidWebhooks", {
    file: Schema.String,
    issues: Schema.Array(Schema.String),
  }),
) {
  override get message(): string {
    return `the webhooks in ${this.file}: ${this.issues.join("; ")}`;
  }
}

/** A file as it was read. */
export interface Contents {
  readonly endpoints: ReadonlyArray<Endpoint>;
  /** The files that it names. */
  readonly secrets: ReadonlyArray<string>;
  /** What is dangerous, and not wrong. */
  readonly warnings: ReadonlyArray<string>;
}

/** As many share what a process delivers at a time without one waiting for another. */
const most = 64;
const fields = ["name", "url", "merchants", "types", "secret", "previousSecret", "allow"];

/** A field's name as it may be printed: none is as long as a secret. */
const shownField = (field: string): string => (/^[A-Za-z0-9_]{1,24}$/.test(field) ? field : "(a field)");

const unknownField = (field: string, of: string, known: ReadonlyArray<string>): string => {
  const meant = nearest(field, known);
  return meant === undefined
    ? `is no field of ${of}: there are ${known.join(", ")}`
    : `is no field of ${of}: did you mean ${meant}?`;
};

type Say = (field: string, message: string) => void;

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "string" && one !== "");

const allowOf = (value: unknown, hostname: string, say: Say): Allowed => {
  if (value === undefined) return { networks: [], host: false };
  if (!isTexts(value)) {
    say("allow", 'must be a list of hosts, addresses or networks, such as ["erp.internal", "10.1.0.0/16"]');
    return { networks: [], host: false };
  }
  const networks = value.flatMap((text) => networkOf(text) ?? []);
  const hosts = value.filter((text) => networkOf(text) === undefined);
  for (const host of hosts) {
    if (host.toLowerCase() === hostname) continue;
    say(
      "allow",
      /[/:]/.test(host) || isIP(host) !== 0
        ? "holds what is no network: after the prefix, such as in 10.1.0.0/16, all bits are 0"
        : "names another host than url: give that host, or an address or network",
    );
  }
  return { networks, host: hosts.some((host) => host.toLowerCase() === hostname) };
};

const urlOf = (value: unknown, allows: boolean, say: Say): URL | undefined => {
  if (typeof value !== "string" || value.length > 2048 || !URL.canParse(value)) {
    say("url", "must be an address such as https://erp.example/refunds");
    return undefined;
  }
  const url = new URL(value);
  if (url.protocol !== "https:" && url.protocol !== "http:") say("url", "must begin with https://");
  else if (url.protocol === "http:" && !allows) {
    say(
      "url",
      "must begin with https://: in the clear only an address that allow names is reached, of one's own networks",
    );
  }
  if (url.username !== "" || url.password !== "") {
    say("url", "must hold no user and no password: the signature says who sends");
  }
  if (url.hash !== "") say("url", "must have nothing after #, for that is not sent");
  return url;
};

const typesOf = (value: unknown, say: Say): ReadonlyArray<string> => {
  if (value === undefined) return ["*"];
  const known = [...patterns, ...types];
  if (!isTexts(value)) {
    say("types", `must be a list of types of events, such as ["refund.*"]; there are ${known.join(", ")}`);
    return [];
  }
  for (const one of value) {
    if (known.includes(one)) continue;
    const meant = nearest(one, types);
    say(
      "types",
      meant === undefined
        ? `has one that there is not: there are ${known.join(", ")}`
        : `has one that there is not: did you mean ${meant}?`,
    );
  }
  return value;
};

const merchantsOf = (value: unknown, say: Say): ReadonlySet<string> => {
  if (!isTexts(value)) say("merchants", 'must be a list of names of merchants, or ["*"]');
  else if (value.some((name) => name !== everyMerchant && shownName(name) !== name)) say("merchants", notAName);
  return new Set(isTexts(value) ? value : []);
};

/** Where a secret is. */
type Where = { readonly file: string } | { readonly variable: string };

const whereOf = (field: string, value: unknown, say: Say): Where | undefined => {
  const [[kind, where] = [], ...more] = isObject(value) ? Object.entries(value) : [];
  if (more.length === 0 && typeof where === "string" && where !== "") {
    if (kind === "file") return { file: where };
    if (kind === "variable") return { variable: where };
  }
  say(
    field,
    typeof value === "string"
      ? 'is a secret and does not stand here: give { "file": "a path" } or { "variable": "a name" }'
      : 'must be { "file": "a path" } or { "variable": "a name" }',
  );
  return undefined;
};

/** An endpoint with where its secrets are to be had. */
export interface Entry extends Omit<Endpoint, "keys"> {
  readonly secrets: ReadonlyArray<readonly [field: string, where: Where]>;
}

/** The entries of a file's text, and all that is wrong with it but its secrets. */
export const parse = (
  text: string,
): { readonly entries: ReadonlyArray<Entry>; readonly issues: ReadonlyArray<string> } => {
  const issues: Array<string> = [];
  const parsed = Json.parse(text.replace(/^\uFEFF/, ""));
  if (Result.isFailure(parsed)) {
    const problem = parsed.failure;
    return {
      entries: [],
      issues:
        problem._tag === "NotJson"
          ? ["it is not JSON"]
          : problem.names.map((name) => `${shownField(name.replace(/^.*\./, ""))} is given twice`),
    };
  }
  const json = parsed.success;
  const listed = isObject(json) ? json["webhooks"] : undefined;
  if (!isObject(json) || !Array.isArray(listed)) {
    return { entries: [], issues: ["webhooks is missing: it is the list of the endpoints"] };
  }
  for (const field of Object.keys(json)) {
    if (field !== "webhooks") issues.push(`${shownField(field)} ${unknownField(field, "the file", ["webhooks"])}`);
  }
  if (listed.length > most) issues.push(`webhooks has more than ${most} endpoints`);
  const seen = new Set<string>();
  const entries = listed.flatMap((value: unknown, at): ReadonlyArray<Entry> => {
    const given = isObject(value) ? value : {};
    const { name } = given;
    const shown = typeof name === "string" ? shownName(name) : `entry ${at + 1}`;
    const before = issues.length;
    const say: Say = (field, message) => void issues.push(`${shown}: ${field} ${message}`);
    if (!isObject(value)) {
      issues.push(`${shown} must be an object with ${fields.join(", ")}`);
      return [];
    }
    if (typeof name !== "string") say("name", "is missing: the endpoint is called by it");
    else if (shown !== name) say("name", notAName);
    else if (seen.has(name)) say("name", "is another endpoint's already");
    seen.add(String(name));
    for (const field of Object.keys(given)) {
      if (!fields.includes(field)) say(shownField(field), unknownField(field, "a webhook", fields));
    }
    const url = urlOf(given["url"], given["allow"] !== undefined, say);
    const entry = {
      name: String(name),
      merchants: merchantsOf(given["merchants"], say),
      types: typesOf(given["types"], say),
      allow: allowOf(given["allow"], url?.hostname ?? "", say),
    };
    const secrets = ["secret", "previousSecret"].flatMap((field) => {
      if (given[field] === undefined && field === "previousSecret") return [];
      const where = whereOf(field, given[field], say);
      return where === undefined ? [] : [[field, where] as const];
    });
    return url === undefined || issues.length > before ? [] : [{ ...entry, url, secrets }];
  });
  return { entries, issues };
};

/** A variable's name as it may be printed. */
const shownVariable = (name: string): string => (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name) ? name : "(not a name)");

interface Secret {
  readonly text: string;
  /** Whether others may read it. */
  readonly isOpen: boolean;
}

const secretOf = Effect.fnUntraced(function* (where: Where): Effect.fn.Return<Secret, string> {
  if ("variable" in where) {
    const found = yield* Effect.option(Config.Redacted(where.variable));
    if (found._tag === "Some" && Redacted.value(found.value) !== "") {
      return { text: Redacted.value(found.value).trim(), isOpen: false };
    }
    return yield* Effect.fail(`names the variable ${shownVariable(where.variable)}, which is not set`);
  }
  const { isOpen, text } = yield* tokenFile.secret(where.file);
  return { text: text.trim(), isOpen };
});

const writable = "others than its owner may write to it, and so have events sent elsewhere; chmod 600 it";
const missing = "there is no such file; docs/service.md shows one";

/** The endpoints of a file, with their secrets. */
export const read = Effect.fnUntraced(function* (file: string): Effect.fn.Return<Contents, InvalidWebhooks> {
  const text = yield* Effect.mapError(
    tokenFile.read(file, { missing, writable }),
    (issues) => new InvalidWebhooks({ file, issues }),
  );
  const { entries, issues } = parse(text);
  const all: Array<string> = [...issues];
  const endpoints: Array<Endpoint> = [];
  const warnings: Array<string> = [];
  for (const { secrets, ...entry } of entries) {
    const keys: Array<Key> = [];
    for (const [field, where] of secrets) {
      const secret = yield* Effect.result(secretOf(where));
      const key = Result.flatMap(secret, ({ text }) => keyOf(text));
      if (Result.isSuccess(secret) && secret.success.isOpen) {
        warnings.push(`${entry.name}: ${field} is in a file that its group or everybody may read: run chmod 600 on it`);
      }
      if (Result.isFailure(key)) all.push(`${entry.name}: ${field} ${key.failure}`);
      else if (keys.some((other) => isSame(other, key.success))) {
        all.push(`${entry.name}: ${field} is the same as secret: leave it out, or give the one that was used before`);
      } else keys.push(key.success);
    }
    endpoints.push({ ...entry, keys });
  }
  if (all.length > 0) return yield* new InvalidWebhooks({ file, issues: all });
  const secrets = entries.flatMap(({ secrets }) =>
    secrets.flatMap(([, where]) => ("file" in where ? [where.file] : [])),
  );
  return { endpoints, secrets, warnings };
});

/** The endpoints that name a merchant there is not, as a misspelt name looks: to be told, for nothing of it is delivered. */
export const strangers = (
  endpoints: ReadonlyArray<Pick<Endpoint, "name" | "merchants">>,
  known: ReadonlySet<string>,
): ReadonlyArray<string> =>
  endpoints.flatMap(({ merchants, name }) =>
    [...merchants]
      .filter((merchant) => merchant !== everyMerchant && !known.has(merchant))
      .map((merchant) => `the webhook ${name} is for the merchant ${shownName(merchant)}, and there is none`),
  );
