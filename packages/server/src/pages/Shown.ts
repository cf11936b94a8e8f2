/** Amounts, times and numbers as a page shows them. */
import type { Say } from "@wechat-refund/checkup/Language";
import { html, type Html } from "./Html.ts";

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ",");

/** An amount in yuan; of another currency as the gateway counts it. Sums may be negative nowhere, and beyond 2^53 only about right. */
export const amount = (fen: number, currency: string): string => {
  const digits = BigInt(Math.round(fen)).toString().padStart(3, "0");
  return currency === "CNY"
    ? `¥${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`
    : `${grouped(String(BigInt(Math.round(fen))))} ${currency}`;
};

export const money = (fen: number, currency: string): Html =>
  html`<data class="money" value="${fen}">${amount(fen, currency)}</data>`;

/** Sums by currency, one under the other. */
export const sums = (all: ReadonlyArray<{ readonly currency: string; readonly amount: number }>): Html =>
  all.length === 0
    ? html`<span class="quiet">–</span>`
    : html`<span class="sums">${all.map(({ amount, currency }) => money(amount, currency))}</span>`;

const eightHours = 8 * 3_600_000;

/** A moment in Beijing, to the second. */
export const beijing = (millis: number): string =>
  new Date(millis + eightHours).toISOString().slice(0, 19).replace("T", " ");

export const time = (millis: number): Html =>
  html`<time datetime="${new Date(millis).toISOString()}">${beijing(millis)}</time>`;

/** For how long, in the largest unit that says enough. */
export const duration = (say: Say, millis: number): string => {
  const minutes = Math.max(0, Math.floor(millis / 60_000));
  if (minutes < 1) return say("less than a minute", "不到 1 分钟");
  if (minutes < 60) return say(minutes === 1 ? "1 minute" : `${minutes} minutes`, `${minutes} 分钟`);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return say(hours === 1 ? "1 hour" : `${hours} hours`, `${hours} 小时`);
  const days = Math.floor(hours / 24);
  return say(`${days} days`, `${days} 天`);
};

/** Since when, and for how long by now. */
export const since = (say: Say, millis: number, now: number): Html =>
  html`${time(millis)} <span class="quiet">(${duration(say, now - millis)})</span>`;

export const count = (number: number): string => grouped(String(number));

/** A number that can be copied: long ones break at any place. */
export const number = (text: string): Html => html`<code class="number" data-copy>${text}</code>`;
