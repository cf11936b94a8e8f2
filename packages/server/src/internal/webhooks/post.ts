/**
 * One POST of a message, over a connection of its own. It goes where the file says: no redirect is followed, and no address is connected to
 * that the endpoint may not have. Of the answer only the status and `Retry-After` are looked at; what else it holds is neither kept nor
 * waited for.
 */
import * as http from "node:http";
import * as https from "node:https";
import { isIP, type LookupFunction } from "node:net";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import { type Allowed, mayReach } from "./addresses.ts";
import * as resolving from "./resolving.ts";
import type { Answer } from "./verdict.ts";

export interface Options {
  /** How long an attempt may take until the header fields of its answer; 15 s. */
  readonly limit?: number | undefined;
  /** Finds the addresses of a name; the system's resolver unless given. */
  readonly resolve?: resolving.Resolve | undefined;
  /** Certificates of authorities (PEM) beside none: those of Node and `NODE_EXTRA_CA_CERTS` unless given. */
  readonly ca?: ReadonlyArray<string> | undefined;
}

/** How an attempt ended, and what is said of it where it was no success. */
export interface Attempted {
  readonly answer: Answer;
  readonly status?: number;
  readonly said?: string;
}

/** So much of an answer is taken, for so long, that its sender need not notice that nobody wants it. */
const most = 16 * 1024;
const patience = 1000;

const systems = resolving.make();

const refused = "ADDRESS_REFUSED";
const refusal =
  "its address is not public, and the file does not allow it: see allow in the webhooks file (docs/service.md)";

/** What went wrong, by its code: the texts of errors may be of anybody. */
const saidOf = (cause: Error): string => {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code.slice(0, 64) : "an unknown error";
  return code === refused ? refusal : `it could not be reached, or did not answer by HTTP (${code})`;
};

/** Nothing came back. */
export const silent = (said: string): Attempted => ({ answer: { _tag: "Silent" }, said });

/** `Retry-After` in ms, whether it is seconds or a date. */
const retryAfterOf = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};

const saidOfStatus = (status: number): string | undefined => {
  if (status >= 200 && status <= 299) return undefined;
  if (status === 410) return `it answered with the status ${status}: it wants nothing any more`;
  return status >= 300 && status <= 399
    ? `it answered with the status ${status}: redirects are not followed, give the new address in the file`
    : `it answered with the status ${status}`;
};

/** Resolves names for a connection, and gives only addresses that the endpoint may have. */
const lookupOf =
  (resolve: resolving.Resolve, may: (address: string) => boolean): LookupFunction =>
  (host, options, callback) => {
    const fail = (cause: unknown) => callback(cause instanceof Error ? cause : new Error("no address"), "", 0);
    resolve(host).then((found) => {
      const good = found.filter(({ address }) => may(address));
      const [first] = good;
      if (first === undefined) return fail(Object.assign(new Error(refusal), { code: refused }));
      return options.all === true ? callback(null, [...good]) : callback(null, first.address, first.family);
    }, fail);
  };

export const post = (
  { allow, url }: { readonly url: URL; readonly allow: Allowed },
  fields: Readonly<Record<string, string>>,
  body: string,
  { ca, limit = 15_000, resolve = systems }: Options = {},
): Effect.Effect<Attempted> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis;
    const isClear = url.protocol === "http:";
    const may = (address: string): boolean => mayReach(address, allow, isClear);
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    // A connection to an address asks no resolver.
    if (isIP(literal) !== 0 && !may(literal)) return silent(refusal);
    const bytes = Buffer.from(body);
    return yield* Effect.callback<Attempted>((resume) => {
      const outgoing = (isClear ? http : https).request(url, {
        method: "POST",
        // A connection is never used for a second message, which could go to an address of yesterday.
        agent: false,
        lookup: lookupOf(resolve, may),
        maxHeaderSize: 8192,
        ...(ca !== undefined && { ca: [...ca] }),
        headers: {
          "content-type": "application/json",
          "content-length": bytes.length,
          "user-agent": "wechat-refund",
          connection: "close",
          ...fields,
        },
      });
      outgoing.on("error", (cause) => resume(Effect.succeed(silent(saidOf(cause)))));
      outgoing.on("response", (incoming) => {
        const { headers, statusCode: status = 0 } = incoming;
        const retryAfter = retryAfterOf(headers["retry-after"], now);
        const said = saidOfStatus(status);
        resume(
          Effect.succeed({
            answer: { _tag: "Answered", status, ...(retryAfter !== undefined && { retryAfter }) },
            status,
            ...(said !== undefined && { said }),
          }),
        );
        let taken = 0;
        incoming.on("error", () => undefined);
        incoming.on("data", (chunk: Buffer) => {
          taken += chunk.length;
          if (taken > most) outgoing.destroy();
        });
        const timer = setTimeout(() => outgoing.destroy(), patience).unref();
        incoming.on("close", () => clearTimeout(timer));
      });
      outgoing.end(bytes);
      return Effect.sync(() => void outgoing.destroy());
    }).pipe(
      Effect.timeoutOrElse({
        duration: limit,
        orElse: () => Effect.succeed(silent(`it did not answer within ${limit / 1000} s`)),
      }),
    );
  });
