/** A day's bill of refunds through APIv3: where it is, which is signed, and the file, whose digest that reply told. */
import * as KeyRing from "@wechat-refund/apiv3/KeyRing";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import * as TradeBill from "@wechat-refund/apiv3/TradeBill";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import { Nonce } from "@wechat-refund/core/RefundClient";
import { Transport, type TransportRequest } from "@wechat-refund/core/Transport";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Bill from "./Bill.ts";

/** Why there is no bill. */
export interface Failed {
  readonly reason: string;
  readonly message: string;
}

const failed = ({ _tag, message }: { readonly _tag: string; readonly message: string }): Failed => ({
  reason: _tag,
  message,
});

const seconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000));

/** The bill of a day, `yyyyMMdd`. A day without a refund has an empty one. */
export const download = Effect.fnUntraced(function* (
  options: Merchant.MerchantOptions,
  date: string,
): Effect.fn.Return<Bill.Bill, Failed, Transport> {
  const merchant = yield* Effect.mapError(Effect.fromResult(Merchant.make(options)), failed);
  const transport = yield* Transport;
  const ring = KeyRing.make(merchant, transport);
  const endpoint = merchant.endpoint ?? mainEndpoint;
  const { preferred } = yield* Effect.mapError(ring.ready(endpoint), failed);
  const context = Effect.gen(function* () {
    const { credential, subMchId } = merchant;
    const nonce = yield* yield* Nonce;
    return { credential, subMchId, endpoint, nonce, timestamp: yield* seconds, platformKeyId: preferred };
  });
  const send = (request: TransportRequest) => Effect.mapError(transport.send(request), failed);
  const billDate = date.replace(/^(\d{4})(\d{2})(\d{2})$/, "$1-$2-$3");
  const first = TradeBill.prepare({ billDate, billType: "REFUND" }, yield* context);
  const told = yield* send(yield* Effect.mapError(Effect.fromResult(first), failed));
  let link = TradeBill.interpret(told, { keys: ring.known(), now: yield* seconds });
  if (Result.isFailure(link) && link.failure._tag === "UntrustedReply" && link.failure.problem === "unknown-key") {
    const keys = yield* ring.find(link.failure.serial ?? "", endpoint);
    link = TradeBill.interpret(told, { keys, now: yield* seconds });
  }
  if (Result.isFailure(link)) {
    const { failure } = link;
    if (failure._tag === "Rejected" && failure.errCode === "NO_STATEMENT_EXIST") return { refunds: [], summary: {} };
    return yield* Effect.fail(failed(failure));
  }
  const second = TradeBill.prepareDownload(link.success, yield* context);
  const posted = yield* send(yield* Effect.mapError(Effect.fromResult(second), failed));
  const file = Result.flatMap(TradeBill.interpretDownload(posted), (bytes) =>
    TradeBill.verifyFile(bytes, link.success),
  );
  const bytes = yield* Effect.mapError(Effect.fromResult(file), failed);
  return yield* Effect.mapError(Effect.fromResult(Bill.read(bytes)), (message) => ({
    reason: "MalformedReply",
    message,
  }));
});
