/**
 * A protocol beside APIv2, as `Merchants` and the drivers of refunds see it; the package of that protocol makes one. It holds what both
 * can honestly do: apply, ask by number, confirm, open a notice; and the day's bill.
 */
import * as Context from "effect/Context";
import type * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import type * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import type { Source } from "./Bills.ts";
import type { InvalidMerchant } from "./Merchant.ts";
import type { BillRequest, NoBill } from "./RefundBill.ts";
import type { RefundRequest } from "./Refund.ts";
import type { RefundClient } from "./RefundClient.ts";
import type { InvalidRequest, TransportFailed } from "./RefundError.ts";
import type { BadNotice, Callback, RefundNotice } from "./RefundNotice.ts";
import type { Transport } from "./Transport.ts";
import type { TransportError } from "./TransportError.ts";

/** The protocols of a refund. One is repeated and asked for through the one that began it. */
export const Protocol = Schema.Literals(["v2", "v3"]);
export type Protocol = typeof Protocol.Type;

/**
 * Whether the call at hand was begun where others count from its begin: it leaves now or not at all, and fetches nothing before. Without
 * what it needs it fails, with nothing sent.
 */
export const LeavesNow = Context.Reference<boolean>("@wechat-refund/core/Speaker/LeavesNow", {
  defaultValue: () => false,
});

/** One merchant's words in another protocol. */
export interface Speaker {
  readonly protocol: "v3";
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  /** The address of its own, where one is named. */
  readonly endpoint?: string | undefined;
  /** Checks a request as it would be sent. */
  readonly check: (request: RefundRequest) => Result.Result<void, InvalidRequest>;
  /** The client over a transport. What one of them learns of the gateway's keys, all of them know. */
  readonly client: (transport: Transport["Service"]) => RefundClient["Service"];
  /**
   * Gets what a call cannot be made without, such as the gateway's keys, where it is not there: for drivers that have a call leave when they
   * begin it, and say so with {@link LeavesNow}. It fails as a call would that was made now.
   */
  readonly ready?: Effect.Effect<void, TransportFailed> | undefined;
  /** A day's bill, once, over a transport: of all sub-merchants of a provider (服务商). */
  readonly bill: (
    request: BillRequest,
    transport: Transport["Service"],
  ) => Effect.Effect<Source, NoBill | InvalidRequest | TransportError>;
  readonly openNotice: (callback: Callback) => Effect.Effect<RefundNotice, BadNotice>;
}

/** The other protocol's part of an entry of `Merchants`. */
export interface V3<E = never, R = never> {
  /** Makes it over the merchant's transport; `endpoint` is named in the surroundings. */
  readonly make: (
    transport: Transport["Service"],
    endpoint: string | undefined,
  ) => Result.Result<Speaker, InvalidMerchant>;
  readonly transport: Layer.Layer<Transport, E, R>;
}
