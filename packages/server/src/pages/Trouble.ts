/** What a page says where it cannot be shown, or where something could not be done: nothing was then. */
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import { html } from "./Html.ts";
import type { Page } from "./Layout.ts";

/** The problem documents that pages meet. */
export interface Problem {
  readonly _tag: string;
  readonly detail?: string | undefined;
}

interface Words {
  readonly status: number;
  readonly title: string;
  readonly todo: string;
}

const wordsOf = (say: Say, tag: string): Words => {
  const back = say("Go back and try again.", "请返回重试。");
  const words: Readonly<Record<string, Words>> = {
    NotFound: {
      status: 404,
      title: say("There is no such page", "没有此页面"),
      todo: say(
        "The address is wrong, what it showed is there no more, or your token may not see it.",
        "地址有误、内容已不存在，或令牌无权查看。",
      ),
    },
    Forbidden: {
      status: 403,
      title: say("This is not permitted", "无权执行"),
      todo: say(
        "Your token has not the right, or a page of another site sent this. Nothing was done.",
        "令牌没有此权限，或请求来自其他网站。未执行任何操作。",
      ),
    },
    NotPermitted: {
      status: 409,
      title: say("This is not possible now", "当前无法进行该操作"),
      todo: say("The refund has changed meanwhile. Nothing was done.", "该退款的状态已变化。未执行任何操作。"),
    },
    Invalid: { status: 422, title: say("Something in the form is wrong", "表单内容有误"), todo: back },
    Unreadable: { status: 400, title: say("This cannot be read", "无法读取请求"), todo: back },
    TooLarge: { status: 413, title: say("This is too large", "内容过大"), todo: back },
    UnsupportedMediaType: { status: 415, title: say("This is no form of a page", "不是页面的表单"), todo: back },
    Misdirected: {
      status: 421,
      title: say("This is not for this service", "请求不属于本服务"),
      todo: say("Open it as localhost, or through its proxy.", "请以 localhost 或经其代理访问。"),
    },
    Unavailable: {
      status: 503,
      title: say("The store cannot be reached", "无法连接存储"),
      todo: say(
        "Reload in a while. If you did something, look first whether it was done.",
        "请稍后刷新。若刚执行了操作，请先确认是否已生效。",
      ),
    },
  };
  return (
    words[tag] ?? {
      status: 500,
      title: say("The service met a defect", "服务出现内部错误"),
      todo: say("Its log says which.", "详情见服务日志。"),
    }
  );
};

export const trouble = (say: Say, { _tag, detail }: Problem): Page & { readonly status: number } => {
  const { status, title, todo } = wordsOf(say, _tag);
  return {
    status,
    title,
    main: html`<div class="calm trouble">
      <h1>${title}</h1>
      <p>${todo}</p>
      ${detail !== undefined && html`<p class="quiet"><q>${translated(say)(detail)}</q></p>`}
      <p><a class="button first" href="/">${say("Overview", "概览")}</a></p>
    </div>`,
  };
};
