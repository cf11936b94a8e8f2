/**
 * Who may call: tokens with a name, merchants, rights and an end, in a file that holds their digests alone.
 *
 * A token is shown once, when it is made. The file is read again when it changes, so that one that is revoked counts no more within a
 * second. What a token may do is decided by `Access`.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "@wechat-refund/core/Printed";
import * as SchemaIssue from "effect/SchemaIssue";
import { isTime } from "./Forms.ts";
import { change, read, type Stamp, stampOf } from "./internal/tokenFile.ts";

/** `read`: see refunds, totals and events. `write`: have refunds made. `operate`: cancel, resolve, pause and so on. */
export const Right = Schema.Literals(["read", "write", "operate"]);
export type Right = typeof Right.Type;

/** Stands for every merchant, also those that are added later. */
export const everyMerchant = "*";

/** A token as the file keeps it. */
export const Entry = Schema.Struct({
  name: Schema.String.check(
    Schema.makeFilter(
      (name: string) => /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/.test(name) || "must be 1 to 64 letters, digits, . _ or -",
    ),
  ),
  sha256: Schema.String.check(
    Schema.makeFilter((digest: string) => /^[0-9a-f]{64}$/.test(digest) || "must be 64 hexadecimal digits"),
  ),
  /** Names of merchants, or `*`. */
  merchants: Schema.NonEmptyArray(Schema.String),
  rights: Schema.NonEmptyArray(Right),
  created: Schema.String,
  /** A time (RFC 3339) from which it counts no more. */
  expires: Schema.optionalKey(
    Schema.String.check(
      Schema.makeFilter((time: string) => isTime(time) || "must be a time such as 2027-01-31T00:00:00Z"),
    ),
  ),
});
export type Entry = typeof Entry.Type;

/** What is wrong with the tokens: all of it at once. Nothing that could be a token is repeated. */
export class InvalidTokens extends onOneLine(
  Schema.TaggedError<InvalidTokens>("@wechat-refund/server/InvalidTokens")("InvalidTokens", {
    file: Schema.String,
    issues: Schema.Array(Schema.String),
  }),
) {
  override get message(): string {
    return `the tokens in ${this.file}: ${this.issues.join("; ")}`;
  }
}

/** Who calls. */
export interface Principal {
  /** The token's name: it stands in the history of what it did. */
  readonly name: string;
  readonly merchants: ReadonlySet<string>;
  readonly rights: ReadonlySet<Right>;
}

export const maySee = ({ merchants }: Principal, merchant: string): boolean =>
  merchants.has(everyMerchant) || merchants.has(merchant);

export class Tokens extends Context.Service<
  Tokens,
  {
    /** Whose token it is; nobody's where there is none such, or it has expired. */
    readonly find: (token: Redacted.Redacted) => Effect.Effect<Principal | undefined>;
    /** The same by the SHA-256 of a token, in hexadecimal digits: for who has seen it before, and kept no more of it. */
    readonly holder: (sha256: string) => Effect.Effect<Principal | undefined>;
  }
>()("@wechat-refund/server/Tokens") {}

const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** What a file or a session keeps of a token. */
export const digestOfToken = (token: Redacted.Redacted): string => digestOf(Redacted.value(token)).toString("hex");

export interface New {
  readonly name: string;
  readonly merchants: ReadonlyArray<string>;
  readonly rights: ReadonlyArray<Right>;
  /** Milliseconds since 1970. */
  readonly expires?: number | undefined;
}

/** A new token, and what the file keeps of it. */
export const make = (
  { expires, merchants, name, rights }: New,
  now: number,
): Result.Result<{ readonly token: Redacted.Redacted; readonly entry: Entry }, ReadonlyArray<string>> => {
  const token = `wr_${randomBytes(32).toString("base64url")}`;
  const checked = checkEntry({
    name,
    sha256: digestOf(token).toString("hex"),
    merchants,
    rights: [...new Set(rights)],
    created: new Date(now).toISOString(),
    ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
  });
  return Result.map(checked, (entry) => ({ token: Redacted.make(token), entry }));
};

/** A token may stand where a field's name should; no name is as long. */
const shownPart = (part: unknown): string => (String(part).length <= 24 ? String(part) : "(a field)");
const formatter = SchemaIssue.makeFormatterStandardSchemaV1();
const formatted = ({ issue }: Schema.SchemaError): ReadonlyArray<string> =>
  formatter(issue).issues.map(({ message, path = [] }) => `${path.map(shownPart).join(".")}: ${message}`);
const decodeEntry = Schema.decodeUnknownResult(Entry, { errors: "all", onExcessProperty: "error" });
const checkEntry = (value: unknown): Result.Result<Entry, ReadonlyArray<string>> =>
  Result.mapError(decodeEntry(value), formatted);

const File = Schema.Struct({ v: Schema.Literal(1), tokens: Schema.Array(Entry) });
const decodeFile = Schema.decodeUnknownResult(File, { errors: "all", onExcessProperty: "error" });

/** The entries of a file's text, or all that is wrong with it. */
export const parse = (text: string): Result.Result<ReadonlyArray<Entry>, ReadonlyArray<string>> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return Result.fail(["it is not JSON; put back what was there, or make the tokens anew"]);
  }
  return Result.flatMap(Result.mapError(decodeFile(value), formatted), ({ tokens }) => {
    const names = tokens.map(({ name }) => name);
    const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
    return twice.length === 0
      ? Result.succeed(tokens)
      : Result.fail(twice.map((name) => `there are two tokens ${name}; what each did could not be told apart`));
  });
};

const entriesOf = (file: string) =>
  Effect.mapError(
    Effect.flatMap(read(file), (text) => Effect.fromResult(parse(text))),
    (issues) => new InvalidTokens({ file, issues }),
  );

const edit = (file: string, by: (entries: ReadonlyArray<Entry>) => Result.Result<ReadonlyArray<Entry>, string>) =>
  Effect.mapError(
    change(file, (text) =>
      Result.flatMap(text === undefined ? Result.succeed([]) : parse(text), (entries) =>
        Result.mapBoth(by(entries), {
          onSuccess: (tokens) => `${JSON.stringify({ v: 1, tokens }, undefined, 2)}\n`,
          onFailure: (issue): ReadonlyArray<string> => [issue],
        }),
      ),
    ),
    (issues) => new InvalidTokens({ file, issues }),
  );

/** Makes a token and keeps its digest in the file, which is made where there is none. The token is known to the caller alone. */
export const add = Effect.fnUntraced(function* (file: string, options: New) {
  const made = make(options, yield* Clock.currentTimeMillis);
  if (Result.isFailure(made)) return yield* new InvalidTokens({ file, issues: made.failure });
  const { entry, token } = made.success;
  yield* edit(file, (entries) =>
    entries.some(({ name }) => name === entry.name)
      ? Result.fail(`there is a token ${entry.name} already; choose another name, or revoke that one first`)
      : Result.succeed([...entries, entry]),
  );
  return token;
});

/** Takes a token away. */
export const revoke = (file: string, name: string): Effect.Effect<void, InvalidTokens> =>
  edit(file, (entries) =>
    entries.some((entry) => entry.name === name)
      ? Result.succeed(entries.filter((entry) => entry.name !== name))
      : Result.fail("there is no token of this name"),
  );

/** The tokens of a file, without anything by which one could be used. */
export const list = (file: string): Effect.Effect<ReadonlyArray<Omit<Entry, "sha256">>, InvalidTokens> =>
  Effect.map(entriesOf(file), (entries) =>
    entries.map(({ created, expires, merchants, name, rights }) => ({
      name,
      merchants,
      rights,
      created,
      ...(expires !== undefined && { expires }),
    })),
  );

/** The tokens that name a merchant there is not, as a misspelt name looks: to be told, for they let nobody in there. */
export const strangers = (
  entries: ReadonlyArray<Pick<Entry, "name" | "merchants">>,
  known: ReadonlySet<string>,
): ReadonlyArray<string> =>
  entries.flatMap(({ merchants, name }) =>
    merchants
      .filter((merchant) => merchant !== everyMerchant && !known.has(merchant))
      .map((merchant) => `the token ${name} is for the merchant ${shown(merchant)}, and there is none`),
  );

const shown = (merchant: string): string => merchant.slice(0, 64).replace(/[^ -~]/g, "?");

interface Known {
  readonly digest: Buffer;
  readonly principal: Principal;
  readonly expires: number;
}

const knownOf = ({ expires, merchants, name, rights, sha256 }: Entry): Known => ({
  digest: Buffer.from(sha256, "hex"),
  principal: { name, merchants: new Set(merchants), rights: new Set(rights) },
  expires: expires === undefined ? Infinity : Date.parse(expires),
});

/** How often it is looked whether the file has changed, in ms. */
const every = 1000;

/** The tokens of a file. What is wrong with it at the start fails the layer; later the last good ones count, and the log says so. */
export const layer = (file: string): Layer.Layer<Tokens, InvalidTokens> =>
  Layer.effect(
    Tokens,
    Effect.gen(function* () {
      let stamp: Stamp | undefined = yield* stampOf(file);
      let known = (yield* entriesOf(file)).map(knownOf);
      let lookedAt = yield* Clock.currentTimeMillis;
      /** What is wrong with the file as it is now; it is read at each look then, for it may be the system that gives no file for a moment. */
      let wrong: string | undefined;

      const look = Effect.gen(function* () {
        const now = yield* stampOf(file);
        if (now === stamp && wrong === undefined) return;
        stamp = now;
        if (now === undefined) {
          known = [];
          wrong = undefined;
          return yield* Effect.logError(`the tokens in ${file} are gone: nobody is let in`);
        }
        const entries = yield* Effect.result(entriesOf(file));
        if (Result.isFailure(entries)) {
          const { message } = entries.failure;
          if (message === wrong) return;
          wrong = message;
          return yield* Effect.logError(`${message}; those that were read before go on to count`);
        }
        wrong = undefined;
        known = entries.success.map(knownOf);
        yield* Effect.logInfo(`${known.length} tokens were read again from ${file}`);
      });

      const holder = Effect.fnUntraced(function* (digest: Buffer) {
        const now = yield* Clock.currentTimeMillis;
        if (Math.abs(now - lookedAt) >= every) {
          lookedAt = now;
          yield* look;
        }
        const among = (): Known | undefined => {
          let found: Known | undefined;
          // All are compared, each in the same time, so that the time tells nothing of where one differs.
          for (const one of known) if (timingSafeEqual(one.digest, digest)) found = one;
          return found;
        };
        let found = among();
        if (found === undefined) {
          // It may have been made just now.
          yield* look;
          found = among();
        }
        return found === undefined || found.expires <= now ? undefined : found.principal;
      });

      return {
        find: (token) => holder(digestOf(Redacted.value(token))),
        holder: (sha256) => holder(Buffer.from(sha256, "hex")),
      };
    }),
  );
