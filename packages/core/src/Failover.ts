/**
 * Host failover (容灾): posts go to the backup access point while the main one cannot be reached, and back after a while.
 *
 * It decides only where the **next** post goes. Nothing is re-sent here, and nothing is re-addressed once it may have been sent;
 * because the refund number is the idempotency key, a later attempt may safely go to the other host.
 */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import { mainEndpoint, normalized, notEndpoint } from "./internal/address.ts";
import * as monotonic from "./internal/monotonic.ts";
import { Transport, type TransportError, type TransportRequest } from "./Transport.ts";

/** The remote access point, for every operation. */
export const backupEndpoint = "https://api2.mch.weixin.qq.com";

/** Where posts go, and when they change over. */
export interface Options {
  readonly main?: string | undefined;
  readonly backup?: string | undefined;
  /** How many posts in a row must fail to reach a host before the other one is used; 1 unless told otherwise. */
  readonly failures?: number | undefined;
  /** How long the backup is used before the main host is tried again; 3 minutes unless told otherwise. */
  readonly stay?: Duration.Input | undefined;
}

/** A host that could not be reached, as against one that refused us: only the former is another host's business. */
const unreachable = ({ reason }: TransportError): boolean =>
  reason._tag === "Unreachable" || (reason._tag === "TimedOut" && reason.phase === "connect");

/** As it is written before a path: with a slash at its end no request would begin so, or go where it should. */
const addressOf = (name: string, text: string): string => {
  const found = normalized(text);
  if (found === undefined) throw new RangeError(`${name} ${notEndpoint}`);
  return found;
};

/**
 * Wraps the transport in context, anew wherever it is used. Requests to other origins than `main` pass unchanged. Throws a `RangeError` that
 * names an option with which it would never change over.
 */
export const layer = (options: Options = {}): Layer.Layer<Transport, never, Transport> => {
  const { failures = 1, stay = "3 minutes" } = options;
  const main = addressOf("main", options.main ?? mainEndpoint);
  const backup = addressOf("backup", options.backup ?? backupEndpoint);
  if (!Number.isSafeInteger(failures) || failures < 1) {
    throw new RangeError("failures must be a whole number of posts, at least 1");
  }
  const stayMillis = Duration.toMillis(Duration.fromInputUnsafe(stay));
  if (!(stayMillis > 0)) throw new RangeError('stay must be longer than nothing, such as "3 minutes"');
  return Layer.fresh(
    Layer.effect(
      Transport,
      Effect.gen(function* () {
        const inner = yield* Transport;
        let backupUntil = -Infinity;
        let missed = 0;
        const send = Effect.fnUntraced(function* (request: TransportRequest) {
          if (!request.url.startsWith(`${main}/`)) return yield* inner.send(request);
          const now = yield* monotonic.now;
          const onBackup = now < backupUntil;
          const url = onBackup ? `${backup}${request.url.slice(main.length)}` : request.url;
          // The span of the call names the host that it really went to.
          if (onBackup) yield* Effect.annotateCurrentSpan("wechat.host", backup);
          const result = yield* Effect.result(inner.send({ ...request, url }));
          if (result._tag === "Success") {
            missed = 0;
            return result.success;
          }
          if (unreachable(result.failure) && ++missed >= failures) {
            missed = 0;
            backupUntil = onBackup ? -Infinity : now + stayMillis;
          }
          return yield* Effect.fail(result.failure);
        });
        return { send };
      }),
    ),
  );
};
