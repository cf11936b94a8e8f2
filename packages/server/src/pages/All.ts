/** An act for all that one cause blocks: how many and how much is looked at before it is done. */
import * as Wording from "@wechat-refund/checkup/Words";
import type { Cause } from "@wechat-refund/core/RefundProgress";
import * as Effect from "effect/Effect";
import type { Action } from "../Forms.ts";
import type { Operations } from "../internal/operations.ts";
import { NotFound } from "../Problems.ts";
import { allOf, extent } from "./Home.ts";
import { html } from "./Html.ts";
import type { Page, Visitor } from "./Layout.ts";
import { actForm, reasonField, refundTable, saidBy, saidOf, withQuery } from "./Parts.ts";
import { count } from "./Shown.ts";
import * as Words from "./Words.ts";

export interface Meant {
  readonly merchant: string;
  readonly cause: Cause;
  readonly action: Action;
}

/** What of the merchant the cause blocks now. */
export const groupOf = Effect.fnUntraced(function* (operations: Operations, { cause, merchant }: Meant) {
  const { blocked } = yield* operations.blocked(merchant);
  return blocked.find((group) => group.cause === cause);
});

const few = 10;

export const all = Effect.fnUntraced(function* (
  operations: Operations,
  visitor: Visitor,
  meant: Meant,
  tried: { readonly reason?: string; readonly wrong?: string; readonly hasGrown?: boolean } = {},
) {
  const { say } = visitor;
  const { action, cause, merchant } = meant;
  const group = yield* groupOf(operations, meant);
  const { all: named, does, isGrave } = Words.acts(say)[action];
  if (group === undefined || !group.actions.includes(action)) {
    return yield* new NotFound({
      detail: `nothing of ${merchant} is blocked by ${cause} that permits this any more; it may have gone on meanwhile`,
    });
  }
  const number = count(group.count);
  const said = group.first === undefined ? undefined : saidOf(say, group.first);
  const { refunds } = yield* operations.list({ merchant, block: [cause] }, { limit: few });
  const title = named(number);
  const main = html`<p class="crumbs"><a href="/">${say("Overview", "概览")}</a></p>
    <h1>${title}</h1>
    <div class="card${isGrave && " need"}">
      ${tried.hasGrown === true && html`<p class="wrong" role="alert">${say("There are more of them by now. Nothing was done: look at the new number, and confirm again.", "数量已增加，尚未执行任何操作：请核对新的数量后再次确认。")}</p>`}
      <dl class="facts">
        <div>
          <dt>${say("Merchant", "商户")}</dt>
          <dd>${merchant}</dd>
        </div>
        <div>
          <dt>${say("Cause", "原因")}</dt>
          <dd>${Wording.causes(say)[cause]}</dd>
        </div>
        ${extent(visitor, group)}
      </dl>
      <p class="todo">${Wording.blocks(say)[cause]}</p>
      ${saidBy(say, said)}
      <p>${does}</p>
      ${actForm(visitor, {
        action: allOf(merchant, cause, action),
        button: title,
        grave: isGrave,
        fields: html`<input
            type="hidden"
            name="count"
            value="${group.count}"
          />${reasonField(visitor, "reason", tried)}`,
      })}
    </div>
    <section aria-labelledby="some">
      <h2 id="some">
        ${group.count > few ? say(`The newest ${few} of them`, `其中最新的 ${few} 笔`) : say("These are meant", "涉及的退款")}
      </h2>
      ${refundTable(visitor, operations.names, refunds, { caption: say("Refunds", "退款") })}
      ${group.count > few && html`<p><a href="${withQuery("/refunds", { merchant, cause })}">${say("Show all of them", "查看全部")}</a></p>`}
    </section>`;
  return { title, place: "home", main } satisfies Page;
});

/** After it: what came of it. */
export const done = (
  { say }: Visitor,
  { action, cause, merchant }: Meant,
  { number, reached }: { readonly number: number; readonly reached: "all" | "later" },
): Page => {
  const title = Words.acts(say)[action].title;
  const text =
    reached === "all"
      ? say(`Done for ${count(number)} refunds.`, `已对 ${count(number)} 笔退款执行。`)
      : say(
          `It is being done for ${count(number)} refunds, and goes on by itself.`,
          `正在对 ${count(number)} 笔退款执行，将自动完成。`,
        );
  return {
    title,
    place: "home",
    main: html`<h1>${title}</h1>
      <p class="told" role="status">${text}</p>
      <p class="acts">
        <a class="button first" href="/">${say("Overview", "概览")}</a
        ><a class="button quiet" href="${withQuery("/refunds", { merchant, cause })}"
          >${say("What is still blocked", "仍受阻的退款")}</a
        >
      </p>`,
  };
};
