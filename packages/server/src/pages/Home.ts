/** The first page: what waits for a person, with what may be done about it; then how everything stands. */
import * as Wording from "@wechat-refund/checkup/Words";
import { translated } from "@wechat-refund/checkup/Translated";
import { Truth } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { Blocked, Operations } from "../internal/operations.ts";
import { expiring } from "./Certificates.ts";
import { html, type Html } from "./Html.ts";
import { may, type Page, type Visitor } from "./Layout.ts";
import { open } from "./List.ts";
import { badge, saidBy, saidOf, withQuery } from "./Parts.ts";
import { count, since, sums, time } from "./Shown.ts";
import * as Words from "./Words.ts";

/** The address on which an act for all of one cause is looked at before it is done. */
export const allOf = (merchant: string, cause: string, action: string): string =>
  `/blocked/${encodeURIComponent(merchant)}/${cause}/${action}`;

/** How many they are, of how much, and since when. */
export const extent = (
  { now, say }: Visitor,
  { count: refunds, since: from, sums: amounts }: Pick<Blocked, "count" | "since" | "sums">,
): Html =>
  html`<div>
      <dt>${say("Count", "笔数")}</dt>
      <dd class="big">${count(refunds)}</dd>
    </div>
    <div>
      <dt>${say("Amount", "金额")}</dt>
      <dd class="big">${sums(amounts)}</dd>
    </div>
    ${
      from !== undefined &&
      html`<div>
        <dt>${say("Since", "始于")}</dt>
        <dd>${since(say, from, now)}</dd>
      </div>`
    }`;

export const blockedCard = (visitor: Visitor, group: Blocked): Html => {
  const { say } = visitor;
  const { actions, cause, count: refunds, first, merchant, mchId } = group;
  const said = first === undefined ? undefined : saidOf(say, first);
  const id = `blocked-${mchId}-${group.subMchId}-${cause}`;
  const words = Words.acts(say);
  return html`<li class="card need" id="${id}">
    <h3>
      <span class="sign" aria-hidden="true">!</span> ${Wording.causes(say)[cause]}
      <span class="of">${say("at", "·")} ${merchant ?? mchId}</span>
    </h3>
    <p class="todo">${Wording.blocks(say)[cause]}</p>
    ${saidBy(say, said)}
    <dl class="facts">${extent(visitor, group)}</dl>
    <p class="acts">
      ${
        merchant !== undefined &&
        html`<a class="button quiet" href="${withQuery("/refunds", { merchant, cause })}"
          >${say("Show them", "查看")}</a
        >`
      }${
        merchant !== undefined &&
        may(visitor, "operate") &&
        Words.inOrder(actions).map(
          (action) =>
            html`<a class="button${action === "go-on" && " first"}" href="${allOf(merchant, cause, action)}"
              >${words[action].all(count(refunds))}</a
            >`,
        )
      }
    </p>
  </li>`;
};

type Totals = Effect.Success<ReturnType<Operations["totals"]>>;

/** Of so many merchant numbers a card of its own is shown: a provider may have thousands of sub-merchants. */
const mostOrphans = 20;

/** What is not over of merchant numbers that the configuration has no more: nothing blocks it, and nobody sees to it either. */
const orphans = ({ names }: Operations, totals: Totals) => {
  const found = new Map<string, { readonly numbers: string; readonly sums: Map<string, number>; count: number }>();
  for (const { amount, block, count: refunds, currency, mchId, subMchId, truth } of totals) {
    const isOpen = open.some((one) => one === truth) && block === undefined;
    if (!isOpen || names.nameOf({ mchId, subMchId }) !== undefined) continue;
    const numbers = subMchId === "" ? mchId : `${mchId}/${subMchId}`;
    const one = found.get(numbers) ?? { numbers, sums: new Map<string, number>(), count: 0 };
    found.set(numbers, one);
    one.count += refunds;
    one.sums.set(currency, (one.sums.get(currency) ?? 0) + amount);
  }
  return [...found.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ sums, ...one }) => ({
      ...one,
      since: undefined,
      sums: [...sums].map(([currency, amount]) => ({ currency, amount })),
    }));
};

const orphanCard = (visitor: Visitor, of: ReturnType<typeof orphans>[number]): Html => {
  const { say } = visitor;
  return html`<li class="card need" id="orphans-${of.numbers}">
    <h3>
      <span class="sign" aria-hidden="true">!</span> ${say("No merchant here has this number", "此处没有配置该商户号")}
      <span class="of">${say("at", "·")} ${of.numbers}</span>
    </h3>
    <p class="todo">
      ${say(
        "They are not over, and nothing is sent or asked for them here: configure the merchant again, unless another service sees to them.",
        "这些退款尚未结束，本服务不会发送或查询：请重新配置该商户，除非由其他服务处理。",
      )}
    </p>
    <dl class="facts">${extent(visitor, of)}</dl>
  </li>`;
};

const totalsTable = ({ say }: Visitor, totals: Totals): Html => {
  const names = Words.truths(say);
  const rows = Truth.literals.flatMap((truth) => {
    const of = totals.filter((total) => total.truth === truth);
    if (of.length === 0) return [];
    const amounts = new Map<string, number>();
    for (const { amount, currency } of of) amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
    return [
      html`<tr>
        <th scope="row">
          <a href="${withQuery("/refunds", { state: truth })}"
            >${badge(names[truth], Words.stateOf(say, truth, false).tone)}</a
          >
        </th>
        <td class="amount">${count(of.reduce((all, { count }) => all + count, 0))}</td>
        <td class="amount">${sums([...amounts].map(([currency, amount]) => ({ currency, amount })))}</td>
      </tr>`,
    ];
  });
  if (rows.length === 0) return html`<p class="quiet">${say("There are no refunds yet.", "还没有退款。")}</p>`;
  return html`<table>
    <caption class="unseen">
      ${say("Refunds by state", "各状态的退款")}
    </caption>
    <thead>
      <tr>
        <th scope="col">${say("State", "状态")}</th>
        <th scope="col" class="amount">${say("Count", "笔数")}</th>
        <th scope="col" class="amount">${say("Amount", "金额")}</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
};

/** What else somebody should look at. */
const notes = Effect.fnUntraced(function* (operations: Operations, visitor: Visitor) {
  const { now, say } = visitor;
  const seen = yield* operations.seen;
  const found: Array<Html> = [];
  let isPaused = false;
  for (const { paused, registered } of yield* operations.standing(seen)) {
    if (paused === undefined) continue;
    isPaused = true;
    found.push(
      html`<li>
        <a href="/merchants">${registered.name}</a> ${say("is paused by", "已由以下人员暂停：")} ${paused.by}
        (${time(paused.since)}): ${paused.reason}
      </li>`,
    );
  }
  for (const { date, name } of yield* expiring(seen, now)) {
    found.push(
      html`<li>
        ${say("The API certificate of", "API证书即将到期：")}
        <a href="/merchants">${name}</a> ${say("expires on", "，到期日")} ${date}
      </li>`,
    );
  }
  for (const { dead, disabledAt, disabledWhy = "", name } of yield* operations.webhooks()) {
    if (disabledAt !== undefined) {
      found.push(
        html`<li>
          ${say("This webhook is disabled:", "已停用的 Webhook：")} <strong>${name}</strong> (${time(disabledAt)}),
          ${translated(say)(disabledWhy)}
        </li>`,
      );
    }
    if (dead > 0) {
      const messages =
        dead === 1
          ? say("1 message was never delivered", "1 条消息未能送达")
          : say(`${count(dead)} messages were never delivered`, `${count(dead)} 条消息未能送达`);
      found.push(html`<li>Webhook <strong>${name}</strong>: ${messages}</li>`);
    }
  }
  const days = yield* operations.days({}, { limit: 60 });
  for (const day of days) {
    const contradictions = day.totals.reduce((all, { kinds }) => all + kinds.contradiction.count, 0);
    if (contradictions === 0 && day.state !== "lost") continue;
    const what =
      day.state === "lost"
        ? say("there is no bill of it any more", "已无账单可对")
        : say(`${contradictions} contradictions with the bill`, `与账单矛盾 ${contradictions} 笔`);
    found.push(
      html`<li>
        ${say("Books of", "对账日")} <a href="/books/${day.mchId}/${day.date}">${day.date}</a> (${day.mchId}): ${what}
      </li>`,
    );
    if (found.length >= 20) break;
  }
  return { others: found, isPaused };
});

export const home = Effect.fnUntraced(function* (operations: Operations, visitor: Visitor) {
  const { say } = visitor;
  const live = yield* operations.newest;
  const { blocked, more } = yield* operations.blocked();
  const totals = yield* operations.totals(undefined);
  const unseen = orphans(operations, totals);
  const { isPaused, others } = yield* notes(operations, visitor);
  const all = [...blocked, ...unseen].reduce((sum, { count }) => sum + count, 0);
  const main = html`<h1>${say("Overview", "概览")}</h1>
    <section aria-labelledby="needs" data-live id="needs-section">
      <h2 id="needs">
        ${say("Waits for a person", "待人工处理")}${all > 0 && html` <span class="count">${count(all)}</span>`}
      </h2>
      ${
        blocked.length + unseen.length === 0
          ? html`<div class="calm">
              <p class="big">
                <span class="sign" aria-hidden="true">✓</span> ${say("Nothing needs you.", "没有需要处理的退款。")}
              </p>
              <p class="quiet">
                ${
                  isPaused
                    ? say(
                        "Every refund is on its way or has ended, but those of paused merchants: they wait until somebody resumes it.",
                        "除已暂停商户的退款需等待恢复外，其余退款都在进行或已结束。",
                      )
                    : say("Every refund is on its way or has ended.", "所有退款都在进行或已结束。")
                }
                ${say("What comes to need somebody is shown here by itself.", "如有需要人工处理的，会自动显示在此。")}
              </p>
            </div>`
          : html`<ul class="plainlist">
                ${blocked.map((group) => blockedCard(visitor, group))}${unseen.slice(0, mostOrphans).map((of) => orphanCard(visitor, of))}
              </ul>
              ${more > 0 && html`<p>${say(`and ${more} causes more: see the refunds`, `另有 ${more} 项：请看退款列表`)}</p>`}${
                unseen.length > mostOrphans &&
                html`<p>
                  ${say(
                    `and ${unseen.length - mostOrphans} merchant numbers more that no merchant here has: see /v1/totals`,
                    `另有 ${unseen.length - mostOrphans} 个商户号未在此处配置：请看 /v1/totals`,
                  )}
                </p>`
              }`
      }
    </section>
    ${
      others.length > 0 &&
      html`<section aria-labelledby="notes" id="notes-section" data-live>
        <h2 id="notes">${say("Also to be looked at", "另请留意")}</h2>
        <ul class="notes">
          ${others}
        </ul>
      </section>`
    }
    <section aria-labelledby="totals" data-live id="totals-section">
      <h2 id="totals">${say("All refunds", "全部退款")}</h2>
      ${totalsTable(visitor, totals)}
    </section>`;
  return { title: say("Overview", "概览"), place: "home", main, live } satisfies Page;
});
