/** A difference between the books and a bill, both sides beside each other. */
import { colon, comma } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Wording from "@wechat-refund/checkup/Words";
import { whatToDo } from "@wechat-refund/core/Reconciliation";
import type { Truth } from "@wechat-refund/core/RefundProgress";
import type { Difference } from "@wechat-refund/durable/Reconciliations";
import type { Names } from "../internal/views.ts";
import { html, type Html } from "./Html.ts";
import type { Visitor } from "./Layout.ts";
import { addressOf } from "./Parts.ts";
import { money, number, time } from "./Shown.ts";
import * as Words from "./Words.ts";

export const differenceItem = (
  { say }: Visitor,
  { nameOf }: Names,
  {
    answer,
    askedAt,
    fields,
    kind,
    mchId,
    ours,
    outRefundNo,
    subMchId,
    theirs,
  }: Difference & { readonly mchId: string },
  date?: string,
): Html => {
  const merchant = nameOf({ mchId, subMchId });
  const shown = number(outRefundNo === "" ? "–" : outRefundNo);
  const statuses: Readonly<Record<string, string>> = Wording.statuses(say);
  const side = (name: string, value: Html | undefined): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value ?? html`<span class="quiet">${say("not there", "不存在")}</span>`}</dd>
    </div>`;
  return html`<li class="card">
    <h3>
      <span class="kind">${Words.kinds(say)[kind]}</span>
      ${merchant === undefined || ours === undefined || date !== undefined ? shown : html`<a href="${addressOf(merchant, outRefundNo)}">${shown}</a>`}${date !== undefined && html` <span class="quiet">${date}</span>`}
    </h3>
    <dl class="facts">
      ${side(
        say("Ours", "我方"),
        ours &&
          html`${money(ours.refundFee, ours.currency)}
            <span class="quiet">${Words.truths(say)[ours.truth as Truth]}</span>`,
      )}${side(
        say("The bill", "账单"),
        theirs &&
          html`${money(theirs.refundFee, theirs.currency)}
            <span class="quiet"
              >${statuses[theirs.status] ?? theirs.status}${comma(say)}${say(`line ${theirs.line}`, `第 ${theirs.line} 行`)}</span
            >`,
      )}${fields.length > 0 && side(say("Differs in", "差异字段"), html`<code>${fields.join(", ")}</code>`)}
    </dl>
    <p>${translated(say)(whatToDo[kind])}</p>
    <p class="quiet">
      ${
        answer === undefined
          ? say("It was not asked about yet.", "尚未查询核实。")
          : html`${Words.agreements(say)[answer.agreesWith]}${answer.record !== undefined && html`${colon(say)}${statuses[answer.record.status] ?? answer.record.status}${comma(say)}${number(answer.record.refundId)}`}${answer.why !== undefined && html` (${translated(say)(answer.why)})`}${askedAt !== undefined && html` · ${time(askedAt)}`}`
      }
    </p>
  </li>`;
};
