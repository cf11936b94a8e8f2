/** Refunds by what is asked for: searched, filtered, in pages, with their sums, and as a table for finance. */
import { english } from "@wechat-refund/checkup/Language";
import * as RefundTable from "@wechat-refund/checkup/RefundTable";
import * as States from "@wechat-refund/checkup/States";
import * as Table from "@wechat-refund/checkup/Table";
import * as Wording from "@wechat-refund/checkup/Words";
import { isDay } from "@wechat-refund/core/RefundBill";
import { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import type { Refund } from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
import * as Schema from "effect/Schema";
import * as Stream from "effect/Stream";
import type { Operations, Wanted } from "../internal/operations.ts";
import { timeOf } from "../internal/views.ts";
import { html, type Html } from "./Html.ts";
import type { Page, Visitor } from "./Layout.ts";
import { refundTable, saidOf, withQuery } from "./Parts.ts";
import { count, sums, number as numbered } from "./Shown.ts";
import * as Words from "./Words.ts";

/** What is searched in: the refund's own number, or one of its order's two. */
const places = ["refund", "order", "transaction"] as const;
type Place = (typeof places)[number];

/** What the address asks for; what it cannot mean is as if it were not there. */
export interface Asked {
  readonly q: string;
  readonly merchant: string;
  readonly state: string;
  readonly cause: string;
  readonly from: string;
  readonly until: string;
}

const names = ["q", "merchant", "state", "cause", "from", "until"] as const satisfies ReadonlyArray<keyof Asked>;

const isTruth = Schema.is(Truth);
const isCause = Schema.is(Cause);
/** What is not over. */
export const open = ["Recorded", "Unknown", "Accepted"] as const satisfies ReadonlyArray<Truth>;

export const askedOf = (parameters: URLSearchParams): Asked => {
  const text = (name: string): string => (parameters.get(name) ?? "").trim();
  const state = text("state");
  const cause = text("cause");
  const day = (name: string): string => (isDay(text(name)) ? text(name) : "");
  return {
    // Blanks come along when a number is pasted.
    q: text("q").slice(0, 64),
    merchant: text("merchant"),
    state: state === "open" || isTruth(state) ? state : "",
    cause: cause === "any" || isCause(cause) ? cause : "",
    from: day("from"),
    until: day("until"),
  };
};

const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`);

const filterOf = ({ cause, from, merchant, state, until }: Asked): Wanted => ({
  ...(merchant !== "" && { merchant }),
  ...(state !== "" && { truth: state === "open" ? open : [state as Truth] }),
  ...(cause !== "" && { block: cause === "any" ? "any" : [cause as Cause] }),
  ...(from !== "" && { from: midnight(from) }),
  // The day that is named is in.
  ...(until !== "" && { until: midnight(until) + 86_400_000 }),
});

const searches: Readonly<Record<Place, (q: string) => Wanted>> = {
  refund: (q) => ({ prefix: q }),
  order: (q) => ({ outTradeNoPrefix: q }),
  transaction: (q) => ({ transactionIdPrefix: q }),
};

/** Where what is searched for is found first. */
const found = Effect.fnUntraced(function* (operations: Operations, asked: Asked) {
  const filter = filterOf(asked);
  if (asked.q === "") return filter;
  // What is no number is in no number.
  if (!/^[0-9A-Za-z_\-|*@]+$/.test(asked.q)) return { ...filter, outRefundNo: "" };
  for (const place of places) {
    const wanted = { ...filter, ...searches[place](asked.q) };
    // Whether there are more than none, without sorting all that there are.
    if ((yield* operations.countUpTo(wanted, 0)) === undefined) return wanted;
  }
  return { ...filter, ...searches.refund(asked.q) };
});

const perPage = 50;
/** As many are counted one by one for their sum. */
const mostCounted = 10_000;

/** Sums by currency: from the counters where nothing else is asked for, else counted up to a limit. */
const sumsOf = Effect.fnUntraced(function* (operations: Operations, asked: Asked, wanted: Wanted) {
  const { cause, from, merchant, q, state, until } = asked;
  if (q !== "" || from !== "" || until !== "") return yield* operations.countUpTo(wanted, mostCounted);
  const sums = new Map<string, { count: number; amount: number }>();
  for (const total of yield* operations.totals(merchant === "" ? undefined : merchant)) {
    if (state === "open" ? !open.some((truth) => truth === total.truth) : state !== "" && state !== total.truth)
      continue;
    if (cause === "any" ? total.block === undefined : cause !== "" && cause !== total.block) continue;
    const sum = sums.get(total.currency) ?? { count: 0, amount: 0 };
    sums.set(total.currency, sum);
    sum.count += total.count;
    sum.amount += total.amount;
  }
  return [...sums].map(([currency, sum]) => ({ currency, ...sum }));
});

const option = (value: string, text: string, chosen: string): Html =>
  html`<option value="${value}" ${value === chosen && html` selected`}>${text}</option>`;

const form = ({ say }: Visitor, asked: Asked, merchants: ReadonlyArray<string>): Html => {
  const truths = Words.truths(say);
  const causes = Wording.causes(say);
  const isFiltered = [asked.merchant, asked.state, asked.cause, asked.from, asked.until].some((value) => value !== "");
  return html`<form class="search" method="get" action="/refunds" role="search">
<p class="field wide"><label for="q">${say("Number begins with", "单号开头为")}</label><input id="q" name="q" type="search" value="${asked.q}" maxlength="64" autocomplete="off" spellcheck="false" placeholder="${say("refund or order number", "退款单号或订单号")}"></p>
<p><button type="submit">${say("Search", "搜索")}</button></p>
<details${isFiltered && html` open`} id="filters"><summary>${say("Filters", "筛选")}</summary><div class="filters">
${
  merchants.length > 1 &&
  html`<p class="field">
    <label for="merchant">${say("Merchant", "商户")}</label
    ><select id="merchant" name="merchant">
      ${option("", say("all", "全部"), asked.merchant)}${merchants.map((name) => option(name, name, asked.merchant))}
    </select>
  </p>`
}
<p class="field"><label for="state">${say("State", "状态")}</label><select id="state" name="state">${option("", say("all", "全部"), asked.state)}${option("open", say("not over", "未结束"), asked.state)}${Truth.literals.map((truth) => option(truth, truths[truth], asked.state))}</select></p>
<p class="field"><label for="cause">${say("Blocked by", "受阻原因")}</label><select id="cause" name="cause">${option("", say("any, or nothing", "不限"), asked.cause)}${option("any", say("any cause", "任何原因"), asked.cause)}${Cause.literals.map((cause) => option(cause, causes[cause], asked.cause))}</select></p>
<p class="field"><label for="from">${say("Recorded from", "登记自")}</label><input id="from" name="from" type="date" value="${asked.from}"></p>
<p class="field"><label for="until">${say("to", "至")}</label><input id="until" name="until" type="date" value="${asked.until}"></p>
</div></details></form>`;
};

export const list = Effect.fnUntraced(function* (
  operations: Operations,
  visitor: Visitor,
  parameters: URLSearchParams,
) {
  const { say } = visitor;
  const asked = askedOf(parameters);
  const after = /^[1-9][0-9]{0,14}(?::.{1,64})?$/u.exec(parameters.get("after") ?? "")?.[0];
  const live = yield* operations.newest;
  const seen = yield* operations.seen;
  const wanted = yield* found(operations, asked);
  const {
    next,
    refunds,
    unread = [],
  } = yield* operations.list(wanted, {
    limit: perPage,
    ...(after !== undefined && { after }),
  });
  const all = yield* sumsOf(operations, asked, wanted);
  const given = Object.fromEntries(names.map((name) => [name, asked[name]]));
  const number = all?.reduce((sum, { count }) => sum + count, 0);
  const title = say("Refunds", "退款");
  const main = html`<h1>${title}</h1>
    ${form(
      visitor,
      asked,
      seen.map(({ name }) => name),
    )}
    <section data-live id="found" aria-label="${say("What was found", "查找结果")}">
      <div class="sumline">
        <p>
          ${
            number === undefined || all === undefined
              ? say(
                  `More than ${count(mostCounted)} refunds; narrow it down to see their sum.`,
                  `超过 ${count(mostCounted)} 笔；请缩小范围以显示合计。`,
                )
              : html`<strong>${count(number)}</strong>
                  ${say(number === 1 ? "refund" : "refunds", "笔")}${number > 0 && html` · <strong>${sums(all)}</strong>`}`
          }
        </p>
        ${refunds.length > 0 && html`<p><a class="button quiet" href="${withQuery("/refunds.csv", given)}" download>${say("Export as CSV", "导出 CSV")}</a></p>`}
      </div>
      ${
        unread.length > 0 &&
        html`<p class="todo" id="unread">
          <span class="sign" aria-hidden="true">!</span>
          ${say(
            "These cannot be read, and nothing is done with them; the log says why:",
            "以下退款无法读取，不作任何处理；原因见日志：",
          )}
          ${unread.slice(0, 10).map((one) => html`${numbered(one)} `)}${unread.length > 10 && "…"}
        </p>`
      }
      ${
        refunds.length + unread.length === 0
          ? html`<div class="calm">
              <p>${say("No refund is like that.", "没有符合条件的退款。")}</p>
              ${Object.values(given).some((value) => value !== "") && html`<p><a href="/refunds">${say("Show all refunds", "显示全部退款")}</a></p>`}
            </div>`
          : refunds.length > 0 && refundTable(visitor, operations.names, refunds, { caption: title })
      }
      ${
        (after !== undefined || next !== undefined) &&
        html`<nav class="paging" aria-label="${say("Pages of the list", "列表分页")}">
          ${after !== undefined && html`<a class="button quiet" href="${withQuery("/refunds", given)}" rel="first">${say("Newest", "最新")}</a>`}${
            next !== undefined &&
            html`<a class="button quiet" rel="next" href="${withQuery("/refunds", { ...given, after: next })}"
              >${say("Older", "更早")}</a
            >`
          }
        </nav>`
      }
    </section>`;
  return { title, place: "refunds", main, live } satisfies Page;
});

const toldOf = (refund: Refund): RefundTable.Told => {
  const { block, createdAt, currency, mchId, outRefundNo, refundFee, refundId, subMchId, truth, updatedAt } = refund;
  const { order, totalFee } = refund.request;
  return {
    mchId,
    subMchId,
    outRefundNo,
    refundId,
    ...("transactionId" in order ? { transactionId: order.transactionId } : { outTradeNo: order.outTradeNo }),
    refundFee,
    totalFee,
    currency,
    state: States.of(truth, block?.cause, refund.calling),
    block: block?.cause,
    message: saidOf(english, refund),
    recordedAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
};

const perPart = 1000;

/** All that the filter finds, part by part, as it is when the part is read. */
export const csv = Effect.fnUntraced(function* (operations: Operations, { say }: Visitor, parameters: URLSearchParams) {
  const wanted = yield* found(operations, askedOf(parameters));
  const columns = RefundTable.columns(say);
  const part = (after?: string) => operations.list(wanted, { limit: perPart, ...(after !== undefined && { after }) });
  // What is wrong with the store is said before the first line.
  const first = yield* part();
  const textOf = ({ refunds }: typeof first): string => Table.lines(columns, refunds.map(toldOf));
  const context = yield* Effect.context<Effect.Services<ReturnType<typeof part>>>();
  const others =
    first.next === undefined
      ? Stream.empty
      : Stream.unfold(first.next as string | undefined, (after) =>
          after === undefined
            ? Effect.succeed(undefined)
            : Effect.map(part(after), (page) => [textOf(page), page.next] as const),
        );
  return Stream.concat(Stream.make(Table.header(columns) + textOf(first)), others).pipe(
    Stream.encodeText,
    Stream.provideContext(context),
  );
});
