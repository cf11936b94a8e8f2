/** What several pages show in the same way. */
import type { Say } from "@wechat-refund/checkup/Language";
import * as Wording from "@wechat-refund/checkup/Words";
import type { Cause, Truth } from "@wechat-refund/core/RefundProgress";
import type { Refund } from "@wechat-refund/durable/Refunds";
import { refusal } from "@wechat-refund/checkup/States";
import type { Names } from "../internal/views.ts";
import { html, type Html } from "./Html.ts";
import { csrfField, type Visitor } from "./Layout.ts";
import { money, number, time } from "./Shown.ts";
import * as Words from "./Words.ts";

/** The address of a refund's page. */
export const addressOf = (merchant: string, outRefundNo: string): string =>
  `/refunds/${encodeURIComponent(merchant)}/${encodeURIComponent(outRefundNo).replaceAll("*", "%2A")}`;

/** An address with those of the parameters that are given. */
export const withQuery = (path: string, parameters: Readonly<Record<string, string | undefined>>): string => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== "") given.set(name, value);
  return given.size === 0 ? path : `${path}?${given.toString()}`;
};

const signs = { good: "✓", bad: "!", wait: "…", over: "–" } as const satisfies Record<Words.Tone, string>;

export const badge = (text: string, tone: Words.Tone): Html =>
  html`<span class="badge ${tone}"><span aria-hidden="true">${signs[tone]}</span> ${text}</span>`;

/** How a refund stands: its state, and the cause that blocks it. */
export const standing = (say: Say, truth: Truth, cause: Cause | undefined): Html => {
  const { text, tone } = Words.stateOf(say, truth, cause !== undefined);
  return html`<span class="standing"
    >${badge(text, tone)}${cause !== undefined && html` <span class="cause">${Wording.causes(say)[cause]}</span>`}</span
  >`;
};

/** What the gateway said of it, where it said anything. */
export const saidOf = (say: Say, { block }: Pick<Refund, "block">): string | undefined =>
  block?.refusal === undefined ? undefined : refusal(say, block.refusal);

export const saidBy = (say: Say, said: string | undefined): Html | undefined =>
  said === undefined
    ? undefined
    : html`<p class="said"><span class="quiet">${say("WeChat Pay says", "微信支付答复")}</span> <q>${said}</q></p>`;

export const orderOf = ({ request: { order } }: Pick<Refund, "request">): string =>
  "transactionId" in order ? String(order.transactionId) : String(order.outTradeNo);

/** A table of refunds, which on a narrow screen is a list of cards. */
export const refundTable = (
  { say }: Visitor,
  { nameOf }: Names,
  refunds: ReadonlyArray<Refund>,
  { caption, here }: { readonly caption: string; readonly here?: string | undefined },
): Html => {
  const headings = {
    number: say("Refund number", "商户退款单号"),
    state: say("State", "状态"),
    amount: say("Amount", "金额"),
    order: say("Order", "订单号"),
    merchant: say("Merchant", "商户"),
    recorded: say("Recorded at", "登记时间"),
  };
  return html`<table class="cards">
    <caption class="unseen">
      ${caption}
    </caption>
    <thead>
      <tr>
        <th scope="col">${headings.number}</th>
        <th scope="col">${headings.state}</th>
        <th scope="col" class="amount">${headings.amount}</th>
        <th scope="col">${headings.order}</th>
        <th scope="col">${headings.merchant}</th>
        <th scope="col">${headings.recorded}</th>
      </tr>
    </thead>
    <tbody>
      ${refunds.map((refund) => {
        const { block, createdAt, currency, mchId, outRefundNo, refundFee, subMchId, truth } = refund;
        const merchant = nameOf({ mchId, subMchId });
        const shown = number(outRefundNo);
        const isHere = outRefundNo === here;
        return html`<tr id="r-${mchId}-${subMchId}-${outRefundNo}" ${isHere && html` aria-current="true"`}>
          <th scope="row">
            ${
              merchant === undefined || isHere
                ? shown
                : html`<a href="${addressOf(merchant, outRefundNo)}">${shown}</a>`
            }
          </th>
          <td data-label="${headings.state}">${standing(say, truth, block?.cause)}</td>
          <td class="amount" data-label="${headings.amount}">${money(refundFee, currency)}</td>
          <td data-label="${headings.order}">${number(orderOf(refund))}</td>
          <td data-label="${headings.merchant}">${merchant ?? mchId}</td>
          <td data-label="${headings.recorded}">${time(createdAt)}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
};

/** Why, for an act: always asked, and kept in the history. */
export const reasonField = (
  { say }: Visitor,
  id: string,
  { reason = "", wrong }: { readonly reason?: string | undefined; readonly wrong?: string | undefined } = {},
): Html =>
  html`<p class="field">
    <label for="${id}">${say("Why", "理由")}</label>
    <input
      id="${id}"
      name="reason"
      type="text"
      required
      maxlength="500"
      autocomplete="off"
      value="${reason}"
      aria-describedby="${id}-help${wrong !== undefined && ` ${id}-wrong`}"
      ${wrong !== undefined && html` aria-invalid="true"`}
    />
    <span class="help" id="${id}-help"
      >${say("It stands in the history beside your name.", "将与名称一同记入历史。")}</span
    >${wrong !== undefined && html`<span class="wrong" id="${id}-wrong">${wrong}</span>`}
  </p>`;

/** A form that does something. */
export const actForm = (
  visitor: Visitor,
  {
    action,
    button,
    fields,
    grave,
  }: { readonly action: string; readonly button: string; readonly fields: Html; readonly grave: boolean },
): Html =>
  html`<form method="post" action="${action}" class="act">
    ${csrfField(visitor)}${fields}
    <p><button type="submit" ${grave && html` class="grave"`}>${button}</button></p>
  </form>`;

/** What was just done, told once. */
export const told = (text: string | undefined): Html | undefined =>
  text === undefined ? undefined : html`<p class="told" role="status">${text}</p>`;
