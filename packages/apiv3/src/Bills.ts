/**
 * A day's bill of refunds through APIv3 as an Effect program: where it is, which is signed, and the file, whose digest that reply told. It
 * holds the refunds of both protocols.
 *
 * What a bill says, and why there is none, is core's `RefundBill`; the two steps are `TradeBill`'s. Nothing here is tried again.
 */
import { room, type Source } from "@wechat-refund/core/Bills";
import * as BillText from "@wechat-refund/core/BillText";
import { Nonce } from "@wechat-refund/core/Pipeline";
import { type BillRequest, NoBill, type Why, whyAbsent } from "@wechat-refund/core/RefundBill";
import { InvalidRequest, type Reason } from "@wechat-refund/core/RefundError";
import type { Transport, TransportError } from "@wechat-refund/core/Transport";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import type { KeyRing } from "./KeyRing.ts";
import type { MerchantIdentity } from "./Merchant.ts";
import * as TradeBill from "./TradeBill.ts";

/** What a bill is asked for with. `whole`: of all sub-merchants, where the merchant is one of a provider (服务商). */
export interface Parts {
  readonly merchant: MerchantIdentity;
  readonly transport: Transport["Service"];
  readonly ring: KeyRing;
  readonly host: string;
  readonly whole?: boolean | undefined;
}

const millis = Clock.currentTimeMillis;
const seconds = Effect.map(millis, (now) => Math.floor(now / 1000));

/** Why there is no bill, by what came in its place. */
const whyOf = (reason: Reason, date: string, now: number): Why => {
  if (reason._tag !== "Rejected" && reason._tag !== "GatewayRefused") return "unreadable";
  switch (reason._tag === "Rejected" ? reason.errCode : undefined) {
    case "NO_STATEMENT_EXIST":
      return whyAbsent(date, now);
    case "STATEMENT_CREATING":
      return "not-ready";
    case "NO_AUTH":
      return "no-permission";
  }
  // Its outcome is a refund's, and of a query that is always unknown; who must act is said by the advice.
  switch (reason.advice) {
    case "fix-account":
      return "refused";
    case "fix-request":
      return whyAbsent(date, now) === "no-such-day" ? "no-such-day" : "refused";
    default:
      return "failed";
  }
};

const noBill = Effect.fnUntraced(function* (reason: Reason, date: string) {
  const why = whyOf(reason, date, yield* millis);
  const status = "status" in reason ? reason.status : undefined;
  return new NoBill({ why, returnMsg: reason.message, ...(status !== undefined && { status }) });
});

/** Asks for the bill of a day, once. Refunds from recharge accounts (充值退款) have none of their own here. */
export const download = Effect.fnUntraced(function* (
  { date, type = "REFUND" }: BillRequest,
  { host, merchant, ring, transport, whole = false }: Parts,
): Effect.fn.Return<Source, NoBill | InvalidRequest | TransportError> {
  if (type === "RECHARGE_REFUND") {
    const issue = {
      field: "type",
      wire: "bill_type",
      message: "must be REFUND or ALL: APIv3 has no bill of its own for it",
    };
    return yield* new InvalidRequest({ issues: [issue] });
  }
  const { preferred } = yield* Effect.mapError(ring.ready(host), ({ error }) => error);
  const context = Effect.gen(function* () {
    const { credential, subMchId } = merchant;
    const asked = { credential, subMchId: whole ? undefined : subMchId, platformKeyId: preferred };
    return { ...asked, endpoint: host, nonce: yield* yield* Nonce, timestamp: yield* seconds };
  });
  const first = yield* Effect.fromResult(TradeBill.prepare({ billDate: date, billType: type }, yield* context));
  const told = yield* transport.send(first);
  let link = TradeBill.interpret(told, { keys: ring.known(), now: yield* seconds });
  if (Result.isFailure(link) && link.failure._tag === "UntrustedReply" && link.failure.problem === "unknown-key") {
    const keys = yield* ring.find(link.failure.serial ?? "", host);
    link = TradeBill.interpret(told, { keys, now: yield* seconds });
  }
  if (Result.isFailure(link)) {
    const none = yield* noBill(link.failure, date);
    return none.why === "none" ? "none" : yield* none;
  }
  const found = link.success;
  const second = yield* Effect.fromResult(TradeBill.prepareDownload(found, yield* context));
  const posted = yield* transport.send({ ...second, room });
  const file = Result.flatMap(TradeBill.interpretDownload(posted), (bytes) => TradeBill.verifyFile(bytes, found));
  return Result.isSuccess(file) ? BillText.stream([file.success]) : yield* yield* noBill(file.failure, date);
});
