/** A day's bill through APIv3: where it is, which is signed, and the file, whose digest that reply told. */
import * as KeyRing from "@wechat-refund/apiv3/KeyRing";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import * as TradeBill from "@wechat-refund/apiv3/TradeBill";
import * as BillText from "@wechat-refund/core/BillText";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import * as RefundBill from "@wechat-refund/core/RefundBill";
import { Nonce } from "@wechat-refund/core/RefundClient";
import type { Reason } from "@wechat-refund/core/RefundError";
import { Transport, type TransportRequest } from "@wechat-refund/core/Transport";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Source from "./Source.ts";

const failed =
  (exitCode: 1 | 2) =>
  ({ _tag, message }: { readonly _tag: string; readonly message: string }): Source.NoSource => ({
    reason: _tag,
    message,
    exitCode,
  });

/** Why there is no bill, by what a signed reply says. */
const whyOf = (failure: Reason, date: string, now: number): RefundBill.Why | undefined => {
  if (failure._tag !== "Rejected") return undefined;
  switch (failure.errCode) {
    case "NO_STATEMENT_EXIST":
      return RefundBill.whyAbsent(date, now);
    case "STATEMENT_CREATING":
      return "not-ready";
    case "NO_AUTH":
      return "no-permission";
    default:
      return undefined;
  }
};

const millis = Clock.currentTimeMillis;
const seconds = Effect.map(millis, (now) => Math.floor(now / 1000));

const link = Effect.fnUntraced(function* (
  { date, type }: RefundBill.BillRequest,
  context: Effect.Effect<Parameters<typeof TradeBill.prepare>[1]>,
  ring: KeyRing.KeyRing,
  endpoint: string,
) {
  // Refunds from recharge accounts have no bill of their own here.
  const billType = type === "ALL" ? "ALL" : "REFUND";
  const first = TradeBill.prepare({ billDate: date, billType }, yield* context);
  if (Result.isFailure(first)) return yield* Effect.fail(failed(2)(first.failure));
  const told = yield* Effect.mapError((yield* Transport).send(first.success), failed(1));
  let found = TradeBill.interpret(told, { keys: ring.known(), now: yield* seconds });
  if (Result.isFailure(found) && found.failure._tag === "UntrustedReply" && found.failure.problem === "unknown-key") {
    const keys = yield* ring.find(found.failure.serial ?? "", endpoint);
    found = TradeBill.interpret(told, { keys, now: yield* seconds });
  }
  if (Result.isSuccess(found)) return found.success;
  const why = whyOf(found.failure, date, yield* millis);
  if (why === "none") return "none" as const;
  if (why === undefined) return yield* Effect.fail(failed(1)(found.failure));
  return yield* Effect.fail(Source.noBill(new RefundBill.NoBill({ why })));
});

/** The bill of a day. `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export const download = (
  options: Merchant.MerchantOptions,
  request: RefundBill.BillRequest,
  { whole = false }: { readonly whole?: boolean } = {},
): Effect.Effect<Result.Result<Source.Source, Source.NoSource>, never, Transport> =>
  Effect.gen(function* () {
    const merchant = yield* Effect.mapError(Effect.fromResult(Merchant.make(options)), failed(2));
    const transport = yield* Transport;
    const ring = KeyRing.make(merchant, transport);
    const endpoint = merchant.endpoint ?? mainEndpoint;
    const { preferred } = yield* Effect.mapError(ring.ready(endpoint), failed(1));
    const context = Effect.gen(function* () {
      const { credential, subMchId } = merchant;
      const nonce = yield* yield* Nonce;
      const asked = { credential, subMchId: whole ? undefined : subMchId, platformKeyId: preferred };
      return { ...asked, endpoint, nonce, timestamp: yield* seconds };
    });
    const found = yield* link(request, context, ring, endpoint);
    if (found === "none") return "none" as const;
    const send = (given: TransportRequest) => Effect.mapError(transport.send(given), failed(1));
    const second = TradeBill.prepareDownload(found, yield* context);
    const posted = yield* send(yield* Effect.mapError(Effect.fromResult(second), failed(2)));
    const file = Result.flatMap(TradeBill.interpretDownload(posted), (bytes) => TradeBill.verifyFile(bytes, found));
    return BillText.stream([yield* Effect.mapError(Effect.fromResult(file), failed(1))]);
  }).pipe(Effect.result);
