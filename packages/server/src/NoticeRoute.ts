/**
 * Notices (退款结果通知) at `POST /notices/{merchant}`: the one part of the service that WeChat Pay must reach.
 *
 * Whose notice it is stands in the address. It is acknowledged once the mark that makes a look at the refund due is stored, or where the
 * refund is not this store's; everything else gets one and the same answer, which asks for it again. Losing one costs time alone, for
 * every refund is asked for without it.
 */
import { answerTo, type Answer, formOf } from "@wechat-refund/core/RefundNotice";
import { Merchants } from "@wechat-refund/core/Merchants";
import { Refunds } from "@wechat-refund/durable/Refunds";
import * as Clock from "effect/Clock";
import * as Effect from "effect/Effect";
import * as HttpRouter from "effect/http/HttpRouter";
import * as HttpServerRequest from "effect/http/HttpServerRequest";
import * as HttpServerResponse from "effect/http/HttpServerResponse";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import { bytesOf } from "./internal/bodies.ts";
import { around } from "./internal/outer.ts";

export interface Options {
  /** Notices of a merchant that are opened within a second; the others are refused unread, and come again. 200. */
  readonly perSecond?: number | undefined;
}

const most = 64 * 1024;
/** WeChat Pay waits five seconds for an answer; a store that has not answered by then does not at once. */
const patience = 900;
/** As many are in work at a time. */
const atOnce = 64;

const refused = Metric.counter("wechat_refund_notices_refused", {
  description:
    "Notices that were refused before they were opened: too-large, too-many, no-merchant; and those the store did not take: store",
  incremental: true,
});
const count = (why: string) => Metric.update(Metric.withAttributes(refused, { why }), 1);

const answer = ({ body, contentType, status }: Answer) =>
  contentType === undefined
    ? HttpServerResponse.empty({ status })
    : HttpServerResponse.uint8Array(body, { status, contentType });

const nothing = new Uint8Array(0);

/** What may still be opened of each merchant: as many as a second allows, in memory that the number of merchants bounds. */
const bucket = (perSecond: number) => {
  let left = perSecond;
  let at = 0;
  return (now: number): boolean => {
    left = Math.min(perSecond, left + (Math.max(0, now - at) * perSecond) / 1000);
    at = now;
    if (left < 1) return false;
    left--;
    return true;
  };
};

/** The route, for a listener of its own. */
export const layer = ({ perSecond = 200 }: Options = {}): Layer.Layer<
  never,
  never,
  HttpRouter.HttpRouter | Refunds | Merchants
> => {
  const path = "/notices/:merchant";
  const route = HttpRouter.use(
    Effect.fnUntraced(function* (router) {
      const refunds = yield* Refunds;
      const { all } = yield* Merchants;
      const buckets = new Map(all.map(({ name }) => [name, bucket(perSecond)]));
      const speaksV3 = new Set(all.flatMap(({ name, v3 }) => (v3 === undefined ? [] : [name])));
      let working = 0;

      const handle = Effect.gen(function* () {
        const request = yield* HttpServerRequest.HttpServerRequest;
        const { merchant = "" } = yield* HttpRouter.params;
        const { headers } = request;
        // A merchant of APIv2 alone is answered in its form, whatever came.
        const formFor = (body: Uint8Array) => (speaksV3.has(merchant) ? formOf({ headers, body }) : "v2");
        let form = formFor(nothing);
        const refuse = Effect.sync(() => answerTo(form, "refuse"));
        const refusedFor = (why: string) => Effect.andThen(count(why), refuse);
        const mayOpen = buckets.get(merchant);
        if (mayOpen === undefined) return yield* refusedFor("no-merchant");
        if (working >= atOnce || !mayOpen(yield* Clock.currentTimeMillis)) return yield* refusedFor("too-many");
        working++;
        return yield* Effect.gen(function* () {
          const body = yield* bytesOf(request, most);
          form = formFor(body);
          yield* refunds.notice({ merchant, body, headers });
          return answerTo(form, "acknowledge");
        }).pipe(
          Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail("too-late" as const) }),
          Effect.catch((error) => {
            if (typeof error === "string") return refusedFor(error === "too-late" ? "store" : error);
            // What is no notice is counted where it was opened, and is no line of the log: anybody may send it.
            return error._tag === "BadNotice" || error._tag === "HttpServerError" ? refuse : refusedFor("store");
          }),
          Effect.ensuring(Effect.sync(() => void working--)),
        );
      });
      yield* router.add(
        "POST",
        path,
        Effect.catchDefect(Effect.map(handle, answer), (defect) =>
          Effect.as(Effect.logError("a notice met a defect", defect), answer(answerTo("v2", "refuse"))),
        ),
      );
    }),
  );
  return Layer.mergeAll(route, around([{ method: "POST", path }]));
};
