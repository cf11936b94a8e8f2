/** The frame of every page: landmarks, the way between pages, language, and who is signed in. */
import type { Say } from "@wechat-refund/checkup/Language";
import type { Principal, Right } from "../Tokens.ts";
import type { Assets } from "./Assets.ts";
import { html, type Html, render } from "./Html.ts";
import type { Language } from "./Language.ts";

/** Who looks at a page, and how. */
export interface Visitor {
  readonly language: Language;
  readonly say: Say;
  readonly caller: Principal;
  /** What a form must send along. */
  readonly csrf: string;
  /** Whether there is a session to be ended. */
  readonly isSignedIn: boolean;
  /** The address that was asked for, with its parameters. */
  readonly address: string;
  readonly now: number;
  readonly assets: Assets;
}

export const may = ({ caller }: Pick<Visitor, "caller">, right: Right): boolean => caller.rights.has(right);

export type Place = "home" | "refunds" | "books" | "merchants";

export interface Page {
  readonly title: string;
  readonly place?: Place | undefined;
  readonly main: Html;
  /** The position in the feed from which on a change makes this page old; absent where it does not change by itself. */
  readonly live?: number | undefined;
}

const places = (say: Say): ReadonlyArray<readonly [Place, string, string]> => [
  ["home", "/", say("Overview", "概览")],
  ["refunds", "/refunds", say("Refunds", "退款")],
  ["books", "/books", say("Books", "对账")],
  ["merchants", "/merchants", say("Merchants", "商户")],
];

/** The same address in another language. */
const inLanguage = (address: string, language: Language): string => {
  const [path = "/", query = ""] = address.split("?");
  const parameters = new URLSearchParams(query);
  parameters.set("lang", language);
  return `${path}?${parameters.toString()}`;
};

const names = { en: "English", zh: "中文" } as const;

const languages = ({ address, language }: Pick<Visitor, "address" | "language">): Html => {
  const other = language === "en" ? "zh" : "en";
  return html`<a
    class="language"
    href="${inLanguage(address, other)}"
    lang="${other === "zh" ? "zh-CN" : "en"}"
    hreflang="${other === "zh" ? "zh-CN" : "en"}"
    >${names[other]}</a
  >`;
};

export const csrfField = ({ csrf }: Pick<Visitor, "csrf">): Html =>
  html`<input type="hidden" name="csrf" value="${csrf}" />`;

const head = (title: string, { css, js }: Assets, live: number | undefined): Html =>
  html`<head>
    <meta charset="utf-8" />
    <title>${title} · wechat-refund</title>
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="robots" content="noindex" />
    ${live !== undefined && html`<meta name="live-after" content="${live}" />`}
    <link rel="stylesheet" href="${css.path}" />
    <link rel="icon" href="data:," />
    <script src="${js.path}" defer></script>
  </head>`;

/** A page that nobody is signed in for. */
export const bare = (
  { address, assets, language, say }: Pick<Visitor, "address" | "assets" | "language" | "say">,
  { main, title }: Page,
): string =>
  render(
    html`<!doctype html>
      <html lang="${language === "zh" ? "zh-CN" : "en"}">
        ${head(title, assets, undefined)}
        <body class="bare">
          <a class="skip" href="#main">${say("Skip to the content", "跳到正文")}</a>
          <header class="top">
            <div class="bar">
              <span class="brand">wechat-refund</span><span class="who">${languages({ address, language })}</span>
            </div>
          </header>
          <main id="main" tabindex="-1">${main}</main>
        </body>
      </html> `,
  );

/** A whole page. */
export const page = (visitor: Visitor, { live, main, place, title }: Page): string => {
  const { assets, caller, isSignedIn, language, say } = visitor;
  return render(
    html`<!doctype html>
      <html lang="${language === "zh" ? "zh-CN" : "en"}">
        ${head(title, assets, live)}
        <body>
          <a class="skip" href="#main">${say("Skip to the content", "跳到正文")}</a>
          <header class="top">
            <div class="bar">
              <a class="brand" href="/">wechat-refund</a>
              <nav aria-label="${say("Pages", "页面")}">
                <ul>
                  ${places(say).map(
                    ([name, path, text]) =>
                      html`<li><a href="${path}" ${name === place && html` aria-current="page"`}>${text}</a></li>`,
                  )}
                </ul>
              </nav>
              <div class="who">
                ${languages(visitor)}
                <span class="name" title="${say("Whose token this is", "令牌名称")}">${caller.name}</span>
                ${
                  isSignedIn &&
                  html`<form method="post" action="/sign-out">
                    ${csrfField(visitor)}<button class="plain" type="submit">${say("Sign out", "退出")}</button>
                  </form>`
                }
              </div>
            </div>
          </header>
          <main id="main" tabindex="-1">${main}</main>
          <footer class="bottom">
            <p>
              ${say("Times are Beijing time (UTC+8).", "时间均为北京时间（UTC+8）。")}
              <span
                id="live"
                role="status"
                data-on="${say("Updates by itself", "自动更新")}"
                data-off="${say("Not updated now; reload the page", "已停止更新，请刷新页面")}"
              ></span>
            </p>
          </footer>
        </body>
      </html> `,
  );
};
