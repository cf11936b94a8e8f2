/** The books: a calendar of the days that were compared with WeChat Pay's bills, and a day with its differences. */
import { days as daysBetween, dayOf } from "@wechat-refund/core/RefundBill";
import { kinds } from "@wechat-refund/core/Reconciliation";
import type { Day } from "@wechat-refund/durable/Reconciliations";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Effect from "effect/Effect";
import type { Operations } from "../internal/operations.ts";
import { differenceItem } from "./Differences.ts";
import { html, type Html } from "./Html.ts";
import type { Page, Visitor } from "./Layout.ts";
import { badge } from "./Parts.ts";
import { count, money, time } from "./Shown.ts";
import * as Words from "./Words.ts";

/** Differences that somebody must look into: not those that were made elsewhere, which are only told. */
const openOf = ({ totals }: Day): number =>
  totals.reduce(
    (all, { kinds: found }) =>
      all +
      kinds
        .filter((kind) => kind !== "matched" && kind !== "elsewhere")
        .reduce((sum, kind) => sum + found[kind].count, 0),
    0,
  );

const toneOf = (day: Day): Words.Tone =>
  day.state === "lost"
    ? "bad"
    : day.state !== "done"
      ? "wait"
      : openOf(day) > 0
        ? "bad"
        : day.whole === false
          ? "wait"
          : "good";

const inWords = (say: Say, day: Day): string => {
  const differing = openOf(day);
  if (day.state === "waiting") return say("waiting", "等待");
  if (day.state !== "done") return Words.days(say)[day.state];
  if (differing > 0)
    return differing === 1 ? say("1 differs", "差异 1") : say(`${count(differing)} differ`, `差异 ${count(differing)}`);
  return day.whole === false ? say("partly read", "部分读取") : say("agrees", "相符");
};

const weekdays = (say: Say): ReadonlyArray<string> =>
  say("Mon Tue Wed Thu Fri Sat Sun", "一 二 三 四 五 六 日").split(" ");

/** 0 for Monday. */
const weekdayOf = (date: string): number => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;

const monthName = (say: Say, month: string): string => {
  const day = new Date(`${month}-01T00:00:00Z`);
  const name = day.toLocaleDateString("en", { month: "long", year: "numeric", timeZone: "UTC" });
  return say(name, `${month.slice(0, 4)}年${Number(month.slice(5))}月`);
};

const monthTable = (say: Say, mchId: string, month: string, last: string, known: ReadonlyMap<string, Day>): Html => {
  const end = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).toISOString().slice(0, 10);
  const dates = daysBetween(`${month}-01`, end);
  const cells: Array<Html | undefined> = [
    ...Array.from({ length: weekdayOf(`${month}-01`) }, () => undefined),
    ...dates.map((date) => {
      const day = known.get(date);
      const number = html`<span class="date">${Number(date.slice(8))}</span>`;
      if (day === undefined) return html`<td class="none${date > last && " future"}">${number}</td>`;
      const text = inWords(say, day);
      return html`<td class="${toneOf(day)}">
        <a href="/books/${mchId}/${date}">${number} ${badge(text, toneOf(day))}</a>
      </td>`;
    }),
  ];
  const weeks: Array<Html> = [];
  for (let from = 0; from < cells.length; from += 7) {
    const week = cells.slice(from, from + 7);
    weeks.push(
      html`<tr>
        ${Array.from({ length: 7 }, (_, at) => week[at] ?? html`<td class="none"></td>`)}
      </tr>`,
    );
  }
  return html`<table class="month">
    <caption>
      ${monthName(say, month)}
    </caption>
    <thead>
      <tr>
        ${weekdays(say).map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${weeks}
    </tbody>
  </table>`;
};

/** The last of these months, the newest first. */
const monthsOf = (last: string): ReadonlyArray<string> => {
  const [year, month] = [Number(last.slice(0, 4)), Number(last.slice(5, 7))];
  return [0, 1, 2, 3].map((back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7));
};

export const books = Effect.fnUntraced(function* (operations: Operations, visitor: Visitor, asked: string | null) {
  const { caller, now, say } = visitor;
  const title = say("Books", "对账");
  const seen = yield* operations.seen;
  const numbers = [...new Set(seen.map(({ merchant }) => merchant.mchId))].filter((mchId) =>
    operations.seesAll(caller, mchId),
  );
  const mchId = asked !== null && numbers.includes(asked) ? asked : numbers[0];
  const intro = html`<h1>${title}</h1>
    <p class="lead">
      ${say(
        "Each day's refunds, compared with WeChat Pay's bill after ten in the morning of the day after. A bill changes nothing: what differs is asked for by a signed query.",
        "每日退款于次日 10 点后与微信支付账单核对。账单不改变任何记录：差异以带签名的查询核实。",
      )}
    </p>`;
  if (mchId === undefined) {
    const main = html`${intro}
      <p class="quiet">
        ${say(
          "Your token does not see all merchants of any merchant number, and a bill has all of them.",
          "账单包含商户号下的全部商户，令牌无权查看任何商户号的全部商户。",
        )}
      </p>`;
    return { title, place: "books", main } satisfies Page;
  }
  const today = dayOf(now);
  const months = monthsOf(today);
  const from = `${months.at(-1) ?? today.slice(0, 7)}-01`;
  const days = yield* operations.days({ mchId, from }, { limit: 200 });
  const known = new Map(days.map((day) => [day.date, day]));
  const tabs =
    numbers.length > 1 &&
    html`<nav class="tabs" aria-label="${say("Merchant number", "商户号")}">
      <ul>
        ${numbers.map((number) => {
          const names = seen.filter(({ merchant }) => merchant.mchId === number).map(({ name }) => name);
          return html`<li>
            <a href="/books?mchId=${number}" ${number === mchId && html` aria-current="true"`}
              >${names.slice(0, 3).join(", ")} <span class="quiet">${number}</span></a
            >
          </li>`;
        })}
      </ul>
    </nav>`;
  const calendar =
    days.length === 0
      ? html`<div class="calm">
          <p>${say("No day was compared yet.", "尚无已对账的日期。")}</p>
          <p class="quiet">
            ${say("There are days from the first refund on, once their bill can be had.", "自首笔退款起，账单可下载后即有对账。")}
          </p>
        </div>`
      : html`<div class="months">
          ${months
            .filter((month, at) => at === 0 || days.some(({ date }) => date.startsWith(month)))
            .map((month) => monthTable(say, mchId, month, today, known))}
        </div>`;
  return { title, place: "books", main: html`${intro}${tabs}${calendar}` } satisfies Page;
});

const totalsOf = (say: Say, { totals }: Day): Html => {
  const names = Words.kinds(say);
  const cell = (
    { amount, count: number }: { readonly amount: number; readonly count: number },
    currency: string,
  ): Html =>
    html`<td class="amount">${count(number)}</td>
      <td class="amount">${money(amount, currency)}</td>`;
  return html`${totals.map(
    ({ currency, kinds: found, open, ours, theirs }) =>
      html`<table>
        <caption>
          ${currency}
        </caption>
        <thead>
          <tr>
            <th scope="col">${say("What", "项目")}</th>
            <th scope="col" class="amount">${say("Count", "笔数")}</th>
            <th scope="col" class="amount">${say("Amount", "金额")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">${say("Ours", "我方")}</th>
            ${cell(ours, currency)}
          </tr>
          <tr>
            <th scope="row">${say("The bill", "账单")}</th>
            ${cell(theirs, currency)}
          </tr>
          ${kinds
            .filter((kind) => found[kind].count > 0)
            .map(
              (kind) =>
                html`<tr>
                  <th scope="row">
                    ${badge(names[kind], kind === "matched" ? "good" : kind === "elsewhere" ? "over" : "bad")}
                  </th>
                  ${cell(found[kind], currency)}
                </tr>`,
            )}
          ${
            open.count > 0 &&
            html`<tr>
              <th scope="row">${badge(say("not known yet", "尚不能判断"), "wait")}</th>
              ${cell(open, currency)}
            </tr>`
          }
        </tbody>
      </table>`,
  )}`;
};

const perPage = 100;

export const bookDay = Effect.fnUntraced(function* (
  operations: Operations,
  visitor: Visitor,
  { after, date, mchId }: { readonly mchId: string; readonly date: string; readonly after: number },
) {
  const { say } = visitor;
  const { day, differences } = yield* operations.dayWithDifferences(mchId, date, { after, limit: perPage + 1 });
  const shown = differences.slice(0, perPage);
  const last = shown.at(-1);
  const facts: ReadonlyArray<readonly [string, Html | string | undefined]> = [
    [say("Merchant number", "商户号"), mchId],
    [say("Refunds in the bill", "账单笔数"), day.lines === undefined ? undefined : count(day.lines)],
    [say("Compared", "对账时间"), day.comparedAt === undefined ? undefined : time(day.comparedAt)],
    [say("Done", "完成时间"), day.doneAt === undefined ? undefined : time(day.doneAt)],
    [say("Looked at next", "下次检查"), day.dueAt === undefined ? undefined : time(day.dueAt)],
    [say("Why not yet", "未完成原因"), day.said && translated(say)(day.said)],
  ];
  const main = html`<p class="crumbs"><a href="/books?mchId=${mchId}">${say("Books", "对账")}</a></p>
    <h1>${date}</h1>
    <p class="headline">${badge(inWords(say, day), toneOf(day))}</p>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          value !== undefined &&
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${day.whole === false && html`<p class="wrong">${say("Not all of the bill could be read.", "账单未能全部读取。")}</p>`}
    ${totalsOf(say, day)}
    ${
      day.problems.length > 0 &&
      html`<section aria-labelledby="problems">
        <h2 id="problems">${say("Lines that could not be read", "无法读取的行")}</h2>
        <ul class="notes">
          ${day.problems
            .slice(0, 50)
            .map(
              ({ line, problem }) =>
                html`<li>
                  ${line !== undefined && say(`line ${line}: `, `第 ${line} 行：`)}${translated(say)(problem)}
                </li>`,
            )}
        </ul>
      </section>`
    }
    <section aria-labelledby="differences">
      <h2 id="differences">${say("What differs", "差异明细")} <span class="count">${count(day.differences)}</span></h2>
      ${
        shown.length === 0
          ? html`<p class="quiet">${say("Nothing.", "无。")}</p>`
          : html`<ul class="plainlist">
              ${shown.map((one) => differenceItem(visitor, operations.names, { ...one, mchId }))}
            </ul>`
      }
      ${differences.length > perPage && last !== undefined && html`<nav class="paging" aria-label="${say("Pages of the differences", "差异分页")}"><a class="button quiet" rel="next" href="/books/${mchId}/${date}?after=${last.id}">${say("More", "更多")}</a></nav>`}
    </section>`;
  return { title: `${say("Books", "对账")} ${date}`, place: "books", main } satisfies Page;
});
