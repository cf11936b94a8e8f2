/** `token`: who may call a service. A token is shown when it is made, and never again. */
import { shownName } from "@wechat-refund/core/Merchants";
import * as Tokens from "@wechat-refund/server/Tokens";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Clock from "effect/Clock";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import { failed, give } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { plain, shownPath } from "../Print.ts";
import * as Store from "../store/Store.ts";

const day = 86_400_000;

/** A token is named as a merchant is; what is no name may be a secret. */
const isName = (text: string): boolean => shownName(text) === text;
const isToken = (text: string): boolean => text.startsWith("wr_");

const shared = (say: Say) => ({
  tokens: Store.path("tokens").pipe(
    Flag.withDescription(say("The file of the tokens, made with the first one", "令牌文件，创建首个令牌时生成")),
  ),
  json: Flags.off("json", say("Print the result as JSON", "以 JSON 输出结果")),
});

const named = (say: Say) =>
  Flag.String("name").pipe(
    Flag.filter(
      (name) => isName(name) && !isToken(name),
      () => "must be 1 to 64 letters, digits, . _ or -, and not a token itself",
    ),
    Flag.withMetavar("name"),
    Flag.withDescription(say("Whose token it is; it stands in the histories of refunds", "令牌归属，将记入退款历史")),
  );

/** A list with commas. */
const commas = (name: string, metavar: string, isOne: (text: string) => boolean, otherwise: string) =>
  Flag.String(name).pipe(
    Flag.filter(
      (text) => text.split(",").every(isOne),
      () => otherwise,
    ),
    Flag.map((text) => text.split(",")),
    Flag.withMetavar(metavar),
  );

const refused =
  ({ json, tokens }: { readonly json: boolean; readonly tokens: string }) =>
  ({ issues }: Tokens.InvalidTokens) =>
    Effect.andThen(
      give(
        failed(
          {
            reason: "InvalidTokens",
            outcome: "not-accepted",
            advice: "fix-request",
            message: plain(`${shownPath(tokens)}: ${issues.join("; ")}`),
          },
          { exitCode: 2 },
        ),
        json ? "json" : "text",
      ),
      Effect.never,
    );

const rights = ["read", "write", "operate"] as const;
const isRight = (text: string): text is Tokens.Right => rights.some((right) => right === text);

const making = (say: Say) =>
  Command.make(
    "new",
    {
      name: named(say),
      merchants: commas(
        "merchants",
        "names",
        (text) => text === Tokens.everyMerchant || isName(text),
        "must be names of merchants with commas between them, or *",
      ).pipe(
        Flag.withDescription(
          say("For which merchants, with commas, or * for all", "可用的商户，以逗号分隔；* 表示全部"),
        ),
      ),
      rights: commas("rights", "rights", isRight, `must be of ${rights.join(", ")}, with commas between them`).pipe(
        Flag.withDescription(
          say(
            "read: see refunds and events; write: have refunds made; operate: cancel, resolve, pause",
            "read：查看退款与事件；write：发起退款；operate：取消、了结、暂停",
          ),
        ),
      ),
      days: Flag.Int("days").pipe(
        Flag.filter(
          (days) => days >= 1 && days <= 3650,
          () => "must be 1 to 3650",
        ),
        Flag.withMetavar("number"),
        Flag.withDescription(say("For how long; until it is revoked unless given", "有效天数；默认直至吊销")),
        Flag.optional,
      ),
      ...shared(say),
    },
    Effect.fnUntraced(function* ({ days, json, merchants, name, rights, tokens }) {
      const expires = Option.isNone(days) ? undefined : (yield* Clock.currentTimeMillis) + days.value * day;
      const token = yield* Tokens.add(tokens, {
        name,
        merchants,
        rights: rights.filter(isRight),
        ...(expires !== undefined && { expires }),
      }).pipe(Effect.catch(refused({ json, tokens })));
      const value = {
        name,
        token: Redacted.value(token),
        ...(expires !== undefined && { expires: new Date(expires).toISOString() }),
      };
      if (json) return yield* give({ exitCode: 0, json: { ok: true, value } });
      // Alone on standard output, for a script; a service takes it at once.
      yield* Console.log(value.token);
      yield* Console.error(
        say("It is shown this once: keep it where secrets are kept.", "令牌只显示这一次：请妥善保存。"),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Make a token, and show it once", "创建令牌，仅显示一次")),
    Command.withExamples([
      { command: "wechat-refund token new --name shop --merchants shop --rights read,write --tokens ./tokens.json" },
      {
        command:
          "wechat-refund token new --name desk --merchants '*' --rights read,operate --days 90 --tokens ./tokens.json",
      },
    ]),
  );

const listing = (say: Say) =>
  Command.make(
    "list",
    shared(say),
    Effect.fnUntraced(function* ({ json, tokens }) {
      const value = yield* Tokens.list(tokens).pipe(Effect.catch(refused({ json, tokens })));
      if (json) return yield* give({ exitCode: 0, json: { ok: true, value } });
      const now = yield* Clock.currentTimeMillis;
      const until = (expires: string | undefined): string => {
        if (expires === undefined) return say("until revoked", "直至吊销");
        const day = expires.slice(0, 10);
        return Date.parse(expires) <= now
          ? say(`expired ${day}`, `已于 ${day} 过期`)
          : say(`until ${day}`, `有效至 ${day}`);
      };
      yield* Console.log(
        value
          .map(({ expires, merchants, name, rights }) =>
            plain(`${name}  ${rights.join(",")}  ${merchants.join(",")}  ${until(expires)}`),
          )
          .join("\n") || say("There are none.", "没有令牌。"),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("List the tokens, without what they are", "列出令牌（不含令牌本身）")),
    Command.withExamples([{ command: "wechat-refund token list --tokens ./tokens.json" }]),
  );

const revoking = (say: Say) =>
  Command.make(
    "revoke",
    { name: named(say), ...shared(say) },
    Effect.fnUntraced(function* ({ json, name, tokens }) {
      yield* Tokens.revoke(tokens, name).pipe(Effect.catch(refused({ json, tokens })));
      if (json) return yield* give({ exitCode: 0, json: { ok: true, value: { name } } });
      yield* Console.log(
        say(`${name} is revoked; a service that runs knows within a second`, `已吊销 ${name}；运行中的服务一秒内生效`),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Take a token away", "吊销令牌")),
    Command.withExamples([{ command: "wechat-refund token revoke --name shop --tokens ./tokens.json" }]),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make("token").pipe(
    Command.withShortDescription(say("See to who may call a service", "管理可调用服务的令牌")),
    Command.withDescription(
      say(
        "Tokens of wechat-refund serve: each with a name, merchants and rights. The file keeps their digests alone, and is read again when it " +
          "changes. Exit codes: 0 done; 2 wrong command line or file.",
        "wechat-refund serve 的令牌：各有名称、商户与权限。文件只保存其摘要，变更后自动重新读取。退出码：0 完成；2 命令行或文件有误。",
      ),
    ),
    Command.withSubcommands([making(say), listing(say), revoking(say)]),
  );
