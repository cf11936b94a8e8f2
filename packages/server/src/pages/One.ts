/** One refund: its money, its order, what happened to it, what proves it, what the bills have of it, and what may be done. */
import type { Say } from "@wechat-refund/checkup/Language";
import { refusal as inShort } from "@wechat-refund/checkup/States";
import * as Wording from "@wechat-refund/checkup/Words";
import { daysOf } from "@wechat-refund/core/Reconciliation";
import type { Act, Cause, Truth } from "@wechat-refund/core/RefundProgress";
import type { Line, Refund } from "@wechat-refund/durable/Refunds";
import * as Effect from "effect/Effect";
import type { Action } from "../Forms.ts";
import type { Named, Operations, Wanted } from "../internal/operations.ts";
import { actionsOf } from "../internal/views.ts";
import { differenceItem } from "./Differences.ts";
import { html, type Html } from "./Html.ts";
import { may, type Page, type Visitor } from "./Layout.ts";
import { actForm, addressOf, reasonField, refundTable, saidBy, saidOf, standing, told, withQuery } from "./Parts.ts";
import { amount, money, number, time } from "./Shown.ts";
import * as Words from "./Words.ts";

/** What went wrong with an act that was tried: its form is shown again, with what was written. */
export interface Tried {
  readonly action: Action;
  readonly reason: string;
  readonly wrong: string;
}

const fact = (name: string, value: Html | string | undefined): Html | undefined =>
  value === undefined || value === ""
    ? undefined
    : html`<div>
        <dt>${name}</dt>
        <dd>${value}</dd>
      </div>`;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** What an answer or a person said, as far as it is for people. */
const detailOf = (say: Say, { detail }: Line): ReadonlyArray<Html> => {
  if (!isRecord(detail)) return [];
  const { by, reason, refusal, status } = detail;
  return [
    ...(isText(status)
      ? [
          html`<p>
            ${Wording.statuses(say)[status as keyof ReturnType<typeof Wording.statuses>] ?? status}
            <code>${status}</code>
          </p>`,
        ]
      : []),
    ...(isRecord(refusal) && isText(refusal["message"])
      ? [
          html`<p>
            <q>${inShort(say, { message: refusal["message"] })}</q>
          </p>`,
        ]
      : []),
    ...(isText(by)
      ? [html`<p>${say("by", "操作人")} <strong>${by}</strong>${isText(reason) && html`: <q>${reason}</q>`}</p>`]
      : []),
  ];
};

/** How it stood from a line on, where that is not as before. */
const changed = (say: Say, { block, truth }: Line, before: Line | undefined): Html | undefined =>
  before !== undefined && before.truth === truth && before.block === block
    ? undefined
    : html` <span class="quiet"
        >→ ${Words.truths(say)[truth as Truth] ?? truth}${block !== undefined && `, ${causeOf(say, block)}`}</span
      >`;

const causeOf = (say: Say, block: string): string => Wording.causes(say)[block as Cause] ?? block;

const people = ["cancel", "goOn", "resolve", "startAgain", "refreeze"];

const timeline = (say: Say, history: ReadonlyArray<Line>): Html =>
  html`<ol class="timeline">
    ${history.map((line, at) => {
      const call = line.what.split(":")[0] ?? "";
      const kind = people.includes(line.what) ? "person" : call === "send" || call === "ask" ? call : "other";
      return html`<li class="${kind}" id="line-${line.seq}">
        <p class="what">${Words.happened(say, line.what)}</p>
        ${detailOf(say, line)}
        <p class="when">${time(line.at)}${changed(say, line, history[at - 1])}</p>
      </li>`;
    })}
  </ol>`;

/** What of the order's money went back or may, by all of its refunds that are known here, also those that the page does not list. */
const orderSum = Effect.fnUntraced(function* (operations: Operations, currency: string, ofOrder: Wanted) {
  const sum = (...truth: ReadonlyArray<Truth>) =>
    Effect.map(
      operations.count({ ...ofOrder, truth }),
      (sums) => sums.find((one) => one.currency === currency)?.amount ?? 0,
    );
  return {
    back: yield* sum("Succeeded"),
    open: yield* sum("Recorded", "Unknown", "Accepted"),
    // What a person ended may have been accepted before: nobody here knows whether it went back.
    unsure: yield* sum("Resolved"),
  };
});

const bar = (
  say: Say,
  { currency, request: { totalFee } }: Refund,
  { back, open, unsure }: Effect.Success<ReturnType<typeof orderSum>>,
): Html => {
  const known = say(
    `Of ${amount(totalFee, currency)}: ${amount(back, currency)} went back, ${amount(open, currency)} on the way`,
    `订单 ${amount(totalFee, currency)}：已退 ${amount(back, currency)}，退款中 ${amount(open, currency)}`,
  );
  const label =
    unsure === 0
      ? known
      : say(
          `${known}, ${amount(unsure, currency)} not known (resolved by a person)`,
          `${known}，是否退回未知 ${amount(unsure, currency)}（由人工了结）`,
        );
  const share = (part: number): string => ((Math.min(part, totalFee) / totalFee) * 100).toFixed(2);
  const left = (taken: number): number => Math.max(0, totalFee - taken);
  return html`<div class="share">
    <svg role="img" aria-label="${label}" viewBox="0 0 100 4" preserveAspectRatio="none">
      <rect class="all" width="100" height="4"></rect>
      <rect class="back" width="${share(back)}" height="4"></rect>
      <rect class="open" x="${share(back)}" width="${share(Math.min(open, left(back)))}" height="4"></rect>
      <rect
        class="unsure"
        x="${share(back + open)}"
        width="${share(Math.min(unsure, left(back + open)))}"
        height="4"
      ></rect>
    </svg>
    <p class="quiet">${label}</p>
  </div>`;
};

const actsOf = (visitor: Visitor, named: Named, actions: ReadonlyArray<Action>, tried: Tried | undefined): Html => {
  const { say } = visitor;
  const words = Words.acts(say);
  if (actions.length === 0)
    return html`<p class="quiet">${say("Nothing can be done with it any more.", "已无可执行的操作。")}</p>`;
  if (!may(visitor, "operate")) {
    return html`<p class="quiet">
      ${say("Your token has not the right to act (operate).", "令牌没有操作权限（operate）。")}
    </p>`;
  }
  return html`${Words.inOrder(actions).map((action) => {
    const { does, isGrave, title } = words[action];
    const mine = tried?.action === action ? tried : undefined;
    return html`<details class="actbox${isGrave && " grave"}" id="act-${action}" ${mine !== undefined && html` open`}>
      <summary>${title}</summary>
      <p>${does}</p>
      ${actForm(visitor, {
        action: `${addressOf(named.merchant, named.outRefundNo)}/${action}`,
        button: title,
        grave: isGrave,
        fields: reasonField(visitor, `reason-${action}`, mine),
      })}
    </details>`;
  })}`;
};

/** What the bills have of it. */
const books = Effect.fnUntraced(function* (operations: Operations, visitor: Visitor, refund: Refund) {
  const { say } = visitor;
  const differences = yield* operations.differencesOf(refund);
  if (differences === undefined) return undefined;
  const { mchId, truth } = refund;
  const isThere = truth === "Accepted" || truth === "Succeeded" || truth === "Closed";
  const { from, to } = daysOf(refund.createdAt, isThere ? refund.updatedAt : undefined);
  const days = yield* operations.days({ mchId, from, ...(to !== undefined && { to }) }, { limit: 7 });
  const states = Words.days(say);
  return html`<section aria-labelledby="bill">
    <h2 id="bill">${say("Bill of WeChat Pay", "微信支付账单")}</h2>
    ${
      differences.length > 0 &&
      html`<ul class="plainlist">
        ${differences.map((one) => differenceItem(visitor, operations.names, { ...one, mchId }, one.date))}
      </ul>`
    }
    ${
      days.length === 0
        ? html`<p class="quiet">${say("No bill that it may be in was compared yet.", "可能包含它的账单尚未对账。")}</p>`
        : html`<ul class="notes">
            ${days.map(
              (day) =>
                html`<li>
                  <a href="/books/${mchId}/${day.date}">${day.date}</a>:
                  ${states[day.state]}${day.state === "done" && !differences.some(({ date }) => date === day.date) && html`, ${say("no difference about this refund", "与本笔退款无差异")}`}
                </li>`,
            )}
          </ul>`
    }
  </section>`;
});

export const one = Effect.fnUntraced(function* (
  operations: Operations,
  visitor: Visitor,
  named: Named,
  { done, tried }: { readonly done?: string | undefined; readonly tried?: Tried | undefined } = {},
) {
  const { say } = visitor;
  const live = yield* operations.newest;
  const { history, refund, registered } = yield* operations.find(named);
  const { block, currency, outRefundNo, permitted, protocol, refundFee, refundId, request, truth } = refund;
  const { order, refundDesc, totalFee } = request;
  const ofOrder = {
    merchant: registered.name,
    ...("transactionId" in order ? { transactionId: order.transactionId } : { outTradeNo: order.outTradeNo }),
  };
  const { next: more, refunds: siblings } = yield* operations.list(ofOrder, { limit: 50 });
  const ofAll = yield* orderSum(operations, currency, ofOrder);
  const proofs = yield* operations.proofs(refund);
  const said = saidOf(say, refund);
  const actions = actionsOf(permitted satisfies ReadonlySet<Act>);
  const words = Words.acts(say);
  const isDone = done !== undefined && Object.hasOwn(words, done) ? words[done as Action].done : undefined;
  const main = html`<p class="crumbs"><a href="/refunds">${say("Refunds", "退款")}</a></p>
    <div data-live id="state">
      ${told(isDone)}
      <h1 class="long"><span class="kicker">${say("Refund", "退款")}</span> ${number(outRefundNo)}</h1>
      <p class="headline">
        ${standing(say, truth, block?.cause)} <span class="sum">${money(refundFee, currency)}</span>
      </p>
      <p>
        ${Words.outcomes(say)[truth]}${refund.calling && html` ${say("A call of it is under way.", "有请求正在进行。")}`}
      </p>
      ${
        block !== undefined &&
        html`<div class="card need">
          <h2><span class="sign" aria-hidden="true">!</span> ${Wording.causes(say)[block.cause]}</h2>
          <p class="todo">${Wording.blocks(say)[block.cause]}</p>
          ${saidBy(say, said)}
        </div>`
      }
    </div>
    <section aria-labelledby="acts" class="actlist" data-live id="acts-section">
      <h2 id="acts">${say("What you can do", "可执行的操作")}</h2>
      ${actsOf(visitor, named, actions, tried)}
    </section>
    <div class="columns">
      <div>
        <section aria-labelledby="money" data-live id="money-section">
          <h2 id="money">${say("Money and order", "金额与订单")}</h2>
          ${bar(say, refund, ofAll)}
          <dl class="facts list">
            ${[
              fact(say("Refund amount", "退款金额"), money(refundFee, currency)),
              fact(say("Order amount", "订单金额"), money(totalFee, currency)),
              fact(
                say("Order number", "商户订单号"),
                "outTradeNo" in order ? number(String(order.outTradeNo)) : undefined,
              ),
              fact(
                say("WeChat order number", "微信订单号"),
                "transactionId" in order ? number(String(order.transactionId)) : undefined,
              ),
              fact(say("WeChat refund number", "微信退款单号"), refundId === undefined ? undefined : number(refundId)),
              fact(
                say("Merchant", "商户"),
                html`${registered.name}
                  <span class="quiet"
                    >${refund.mchId}${refund.subMchId !== undefined && ` / ${refund.subMchId}`}</span
                  >`,
              ),
              fact(say("Protocol", "接口版本"), protocol === "v3" ? "APIv3" : "APIv2"),
              fact(say("Reason given to the payer", "退款原因"), refundDesc),
              fact(say("Recorded at", "登记时间"), time(refund.createdAt)),
              fact(say("Last changed", "更新时间"), time(refund.updatedAt)),
              fact(say("Looked at next", "下次检查"), refund.dueAt === undefined ? undefined : time(refund.dueAt)),
            ]}
          </dl>
        </section>
        <section aria-labelledby="siblings" data-live id="siblings-section">
          <h2 id="siblings">${say("Refunds of this order", "该订单的退款")}</h2>
          ${siblings.length === 1 ? html`<p class="quiet">${say("This is the only one under this number of the order.", "此订单号下仅此一笔。")}</p>` : refundTable(visitor, operations.names, siblings, { caption: say("Refunds of this order", "该订单的退款"), here: outRefundNo })}
          ${more !== undefined && html`<p><a href="${withQuery("/refunds", { q: "outTradeNo" in order ? String(order.outTradeNo) : String(order.transactionId), merchant: registered.name })}">${say("Show all of them", "查看全部")}</a></p>`}
        </section>
        ${yield* books(operations, visitor, refund)}
      </div>
      <section aria-labelledby="history" data-live id="history-section">
        <h2 id="history">${say("What happened", "经过")}</h2>
        ${timeline(say, history)}
        ${
          proofs.length > 0 &&
          html`<h3>${say("Kept as proof", "留存的凭证")}</h3>
            <ul class="notes">
              ${proofs.map(
                ({ at, call, digest }) =>
                  html`<li>
                    ${call === "notice" ? say("a notice", "一条通知") : say("signed answer", "带签名的应答")},
                    ${time(at)}<br /><span class="quiet">SHA-256</span>
                    ${number(digest)}
                  </li>`,
              )}
            </ul>`
        }
      </section>
    </div>`;
  return { title: outRefundNo, place: "refunds", main, live } satisfies Page;
});
