/** Where somebody signs in, with a token of the service's own file. */
import { html } from "./Html.ts";
import type { Page, Visitor } from "./Layout.ts";

/** An address of this service to go on to, and no other: a browser reads `//` and `/\` as another host. */
export const isLocal = (address: string): boolean => /^\/(?![/\\])[\x21-\x7E]{0,2000}$/.test(address);

export type Refused = "unknown" | "limited" | "ended";

export const signIn = ({ say }: Pick<Visitor, "say">, next: string, refused?: Refused): Page => {
  const words: Readonly<Record<Refused, string>> = {
    unknown: say("This token does not count, or no more.", "令牌无效，或已失效。"),
    limited: say("Too many tries. Wait a minute.", "尝试次数过多，请等待一分钟。"),
    ended: say(
      "You are signed in no more. Nothing was done; sign in and do it again.",
      "登录已失效，未执行任何操作；请登录后重试。",
    ),
  };
  const title = say("Sign in", "登录");
  return {
    title,
    main: html`<div class="signin">
      <h1>${title}</h1>
      <form method="post" action="/sign-in">
        <input type="hidden" name="next" value="${next}" />
        <input type="text" name="username" autocomplete="username" value="wechat-refund" hidden />
        <p class="field">
          <label for="token">${say("Token", "令牌")}</label>
          <input
            id="token"
            name="token"
            type="password"
            required
            autocomplete="current-password"
            spellcheck="false"
            autofocus
            aria-describedby="token-help${refused !== undefined && " token-wrong"}"
            ${refused !== undefined && html` aria-invalid="true"`}
          />
          <span class="help" id="token-help"
            >${say("It begins with wr_. Whoever runs this service makes one:", "以 wr_ 开头，由本服务的管理者创建：")}
            <code>wechat-refund token new</code></span
          >
          ${refused !== undefined && html`<span class="wrong" id="token-wrong" role="alert">${words[refused]}</span>`}
        </p>
        <p><button type="submit">${title}</button></p>
      </form>
    </div>`,
  };
};
