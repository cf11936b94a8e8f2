/**
 * The refunds of an order, and a refund by WeChat Pay's own number: what the XML protocol (APIv2) can list and APIv3 cannot.
 *
 * It stands beside `RefundClient`, which holds what both protocols can do. One page is one request; only `all` makes one for each page.
 */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Stream from "effect/Stream";
import { call, parts } from "./internal/call.ts";
import type { Merchant } from "./Merchant.ts";
import type { OrderRef } from "./Refund.ts";
import { MalformedReply, RefundError } from "./RefundError.ts";
import * as RefundQuery from "./RefundQuery.ts";
import type { Transport } from "./Transport.ts";

/** Lists refunds. */
export class OrderRefunds extends Context.Service<
  OrderRefunds,
  {
    /** One page, at most ten records: by any of the four numbers, for an order from `offset` on. */
    readonly page: (
      request: RefundQuery.RefundQueryRequest,
    ) => Effect.Effect<RefundQuery.RefundQueryReply, RefundError>;
    /**
     * Every refund of an order, over all pages, in the gateway's order. Of an order with over 20 refunds the gateway may refuse the others, or leave
     * them out: they are found by their numbers, and this fails.
     */
    readonly all: (order: OrderRef) => Stream.Stream<RefundQuery.RefundRecord, RefundError>;
  }
>()("@wechat-refund/core/OrderRefunds") {}

const pageSize = 10;

/** More refunds were told of than are listed: whoever looks for one among them must not take it for one that is not there. */
const incomplete = (total: number, seen: number): RefundError =>
  new RefundError({
    operation: "refundquery",
    reason: new MalformedReply({
      field: "total_refund_count",
      problem: `total_refund_count is ${total}, but only ${seen} refunds are listed: ask for the others by their numbers`,
    }),
  });

/** The service over a way to ask for one page. */
export const fromPage = (page: OrderRefunds["Service"]["page"]): OrderRefunds["Service"] => ({
  page,
  all: (order) =>
    Stream.suspend(() => {
      const seen = new Set<string>();
      let total: number | undefined;
      return Stream.paginate(
        0,
        Effect.fnUntraced(function* (offset: number) {
          const asked = offset === 0 ? order : { ...order, offset };
          const reply = yield* page(asked).pipe(
            Effect.catchIf(
              // Beyond the last record the gateway answers PARAM_ERROR: the count was unknown, and this is the end. Not where more were told of,
              // as of an order with over 20 refunds, whose others are found by their numbers alone.
              (error) =>
                offset > 0 &&
                total === undefined &&
                error.reason._tag === "Rejected" &&
                error.reason.errCode === "PARAM_ERROR",
              () => Effect.succeed(undefined),
            ),
          );
          if (reply === undefined) return [[], Option.none()] as const;
          total = reply.totalRefundCount ?? total;
          const fresh = reply.records.filter(({ outRefundNo }) => !seen.has(outRefundNo));
          for (const { outRefundNo } of fresh) seen.add(outRefundNo);
          const more = total === undefined ? reply.refundCount >= pageSize : seen.size < total;
          if (fresh.length > 0) return [fresh, more ? Option.some(seen.size) : Option.none()] as const;
          // A page that brings nothing new is the last one.
          return total !== undefined && more ? yield* incomplete(total, seen.size) : ([fresh, Option.none()] as const);
        }),
      );
    }),
});

/** The service of the merchant and the transport in context. */
export const make: Effect.Effect<OrderRefunds["Service"], never, Merchant | Transport> = Effect.map(parts, (parts) =>
  fromPage(call(RefundQuery.operation, parts)),
);

/** The service as a layer over a merchant and a transport; built anew wherever it is used, see `RefundClient.layer`. */
export const layer: Layer.Layer<OrderRefunds, never, Merchant | Transport> = Layer.fresh(
  Layer.effect(OrderRefunds, make),
);
