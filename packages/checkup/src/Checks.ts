/**
 * What must be right before a refund can be made, checked one after the other: settings, certificate, network, and what the gateway
 * says to them. A check whose ground is missing is left out and says so.
 */
import type { SignType } from "@wechat-refund/core/Signature";
import type { Transport } from "@wechat-refund/core/Transport";
import type { CertificateError } from "@wechat-refund/mutual-tls/CertificateError";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import type { Say } from "./Language.ts";
import { refundCheck, signatureCheck } from "./Accepted.ts";
import { type Check, inWords, wrong } from "./Check.ts";
import { certificateCheck, merchantChecks } from "./Local.ts";
import { network } from "./Network.ts";

export interface Options {
  readonly endpoint: string | undefined;
  /** The transport to make the calls by. */
  readonly transport: (settings: TransportSettings) => Layer.Layer<Transport, CertificateError>;
  readonly signType: SignType | undefined;
}

/** Makes the checks in their order; `tell` hears of each as soon as it is made. */
export const run = Effect.fnUntraced(function* (
  say: Say,
  { endpoint, signType, transport }: Options,
  tell: (check: Check) => Effect.Effect<void>,
): Effect.fn.Return<ReadonlyArray<Check>> {
  const done: Array<Check> = [];
  const report = Effect.fnUntraced(function* (found: Check) {
    const check = inWords(say, found);
    done.push(check);
    yield* tell(check);
  });
  const { checks, knowsNumber, merchant } = yield* merchantChecks(say, signType);
  for (const check of checks) yield* report(check);
  const { certificate, check } = yield* certificateCheck(say, knowsNumber);
  yield* report(check);

  const found = yield* network(say, endpoint, certificate, report);
  if (found === undefined) return done;
  const { main, name, reachable, settings } = found;
  yield* Effect.gen(function* () {
    yield* report(yield* refundCheck(say, main, reachable, certificate !== undefined));
    yield* report(yield* signatureCheck(say, main, reachable, merchant));
  }).pipe(
    Effect.provide(transport(settings)),
    Effect.catch((error) => report(wrong(name, error.message))),
  );
  return done;
});
