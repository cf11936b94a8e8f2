/** The merchants: whether they are held or paused, what waits for them, and when their certificates expire. */
import { refusal } from "@wechat-refund/checkup/States";
import * as Wording from "@wechat-refund/checkup/Words";
import { hasV2 } from "@wechat-refund/core/Merchants";
import * as Effect from "effect/Effect";
import type { Operations } from "../internal/operations.ts";
import { expiries, warning } from "./Certificates.ts";
import { html, type Html } from "./Html.ts";
import { may, type Page, type Visitor } from "./Layout.ts";
import { actForm, badge, reasonField, told, withQuery } from "./Parts.ts";
import { beijing, count, duration, since } from "./Shown.ts";

/** What went wrong with a pause or its end: its form is shown again. */
export interface Tried {
  readonly merchant: string;
  readonly reason: string;
  readonly wrong: string;
}

const certificateOf = ({ now, say }: Visitor, at: number | undefined, needsOne: boolean): Html => {
  if (!needsOne) return html`${say("none needed (APIv3)", "无需（APIv3）")}`;
  if (at === undefined) return html`<span class="quiet">${say("not known here", "本进程未知")}</span>`;
  const date = beijing(at).slice(0, 10);
  if (at <= now) return html`${badge(say("expired", "已到期"), "bad")} ${date}`;
  const left = duration(say, at - now);
  return at - now <= warning
    ? html`${badge(say(`in ${left}`, `剩 ${left}`), "bad")} ${date}`
    : html`${date} <span class="quiet">(${say(`in ${left}`, `剩 ${left}`)})</span>`;
};

export const merchants = Effect.fnUntraced(function* (
  operations: Operations,
  visitor: Visitor,
  { done, tried }: { readonly done?: string | null; readonly tried?: Tried } = {},
) {
  const { now, say } = visitor;
  const live = yield* operations.newest;
  const seen = yield* operations.seen;
  const standing = yield* operations.standing(seen);
  const totals = yield* operations.totals(undefined);
  const expires = yield* expiries;
  const title = say("Merchants", "商户");
  const main = html`<h1>${title}</h1>
    ${told(done === "pause" ? say("The merchant is paused.", "商户已暂停。") : done === "resume" ? say("The merchant goes on.", "商户已恢复。") : undefined)}
    <ul class="plainlist merchants">
      ${standing.map(({ held, paused, registered }) => {
        const { merchant, name, protocol } = registered;
        const { mchId, subMchId = "" } = merchant;
        const own = totals.filter((total) => total.mchId === mchId && total.subMchId === subMchId);
        const of = (state: string): Html => {
          const number = own.filter(({ truth }) => truth === state).reduce((all, { count }) => all + count, 0);
          return number === 0
            ? html`0`
            : html`<a href="${withQuery("/refunds", { merchant: name, state })}">${count(number)}</a>`;
        };
        const mine = tried?.merchant === name ? tried : undefined;
        const act = paused === undefined ? "pause" : "resume";
        const words =
          act === "pause"
            ? {
                title: say("Pause", "暂停"),
                does: say(
                  "Stops the sends of this merchant. What was sent is asked for all the same, and new refunds are recorded.",
                  "停止发送该商户的退款；已发出的仍会查询，新的退款照常登记。",
                ),
              }
            : {
                title: say("Resume", "恢复"),
                does: say("Lets the refunds of this merchant be sent again.", "恢复发送该商户的退款。"),
              };
        return html`<li class="card" id="merchant-${name}">
          <h2>${name} <span class="quiet">${mchId}${subMchId !== "" && ` / ${subMchId}`}</span></h2>
          <div data-live id="standing-${name}">
            <p>
              ${
                paused !== undefined
                  ? html`${badge(say("paused", "已暂停"), "bad")} ${say("by", "操作人")} <strong>${paused.by}</strong>,
                      ${since(say, paused.since, now)}: <q>${paused.reason}</q>`
                  : held !== undefined
                    ? html`${badge(Wording.causes(say)[held.cause], "bad")} ${Wording.blocks(say)[held.cause]}`
                    : badge(say("works", "正常"), "good")
              }
            </p>
            ${held !== undefined && html`<p class="said"><q>${refusal(say, { message: held.message })}</q> <span class="quiet">${say("for", "已持续")} ${duration(say, now - held.since)}; ${say("until it is lifted one send an hour leaves, and four queries", "解除前每小时仅发送一笔、查询四次")}</span></p>`}
            <dl class="facts">
              <div>
                <dt>${say("API certificate until", "API证书有效期至")}</dt>
                <dd>${certificateOf(visitor, expires.get(mchId), hasV2(registered))}</dd>
              </div>
              <div>
                <dt>${say("New refunds by", "新退款使用")}</dt>
                <dd>${protocol === "v3" ? "APIv3" : "APIv2"}</dd>
              </div>
              <div>
                <dt>${say("To be sent", "待发送")}</dt>
                <dd>${of("Recorded")}</dd>
              </div>
              <div>
                <dt>${say("Unknown", "结果未知")}</dt>
                <dd>${of("Unknown")}</dd>
              </div>
              <div>
                <dt>${say("Accepted, not over", "已受理未结束")}</dt>
                <dd>${of("Accepted")}</dd>
              </div>
            </dl>
          </div>
          ${
            may(visitor, "operate") &&
            html`<details class="actbox" id="act-${name}" ${mine !== undefined && html` open`}>
              <summary>${words.title}</summary>
              <p>${words.does}</p>
              ${actForm(visitor, { action: `/merchants/${name}/${act}`, button: words.title, grave: false, fields: reasonField(visitor, `reason-${name}`, mine) })}
            </details>`
          }
        </li>`;
      })}
    </ul>`;
  return { title, place: "merchants", main, live } satisfies Page;
});
