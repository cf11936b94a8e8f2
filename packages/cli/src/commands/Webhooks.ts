/** `webhooks`: how the webhooks of a store stand, what is dead, and what a person does about it. Nothing is posted from here. */
import * as Endpoints from "@wechat-refund/durable/Endpoints";
import { isTime } from "@wechat-refund/server/Forms";
import * as Webhooks from "@wechat-refund/server/Webhooks";
import * as WebhooksFile from "@wechat-refund/server/WebhooksFile";
import type { Say } from "@wechat-refund/checkup/Language";
import { translated } from "@wechat-refund/checkup/Translated";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import type { SqlError } from "effect/sql/SqlError";
import { type Ending, failed, give } from "../Ending.ts";
import { plain, shownNumber } from "../Print.ts";
import * as Acting from "../store/Acting.ts";
import type * as Store from "../store/Store.ts";
import { person, personOf } from "./RefundActs.ts";

const isName = (text: string): boolean => /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/.test(text);

const named = (say: Say) =>
  Flag.String("name").pipe(
    Flag.filter(isName, () => "must be the name of a webhook"),
    Flag.withMetavar("name"),
    Flag.withDescription(say("Which webhook, by its name in the file", "Webhook 在文件中的名称")),
  );

const number = (name: string, description: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (value) => value >= 0,
      () => "must be a whole number",
    ),
    Flag.withMetavar("number"),
    Flag.withDescription(description),
    Flag.optional,
  );

const moment = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.filter(isTime, () => "must be a time with its offset, such as 2026-11-26T00:00:00+08:00"),
    Flag.map((text) => Date.parse(text)),
    Flag.withMetavar("time"),
    Flag.withDescription(description),
    Flag.optional,
  );

type Given = Store.Flags & { readonly json: boolean };

/** Runs a program over the webhooks of a store. */
const over = <A, R>(
  flags: Given,
  acts: boolean,
  program: (webhooks: Webhooks.Service) => Effect.Effect<A, Ending | SqlError, R>,
) =>
  Acting.provide(flags, acts, () =>
    Effect.flatMap(Webhooks.Webhooks, program).pipe(
      Effect.provide(Webhooks.layerNone.pipe(Layer.provide(Acting.anybody))),
    ),
  );

const timeOf = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

const given = <A extends object>(values: A): A =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as A;

const valueOf = ({
  dead,
  deliveredAt,
  disabledAt,
  disabledWhy,
  enabled,
  failed: failure,
  failedAt,
  name,
  pending,
}: Endpoints.Standing) =>
  given({
    webhook: name,
    pending,
    dead,
    deliveredAt: timeOf(deliveredAt),
    failedAt: timeOf(failedAt),
    failure,
    disabled: disabledAt === undefined ? undefined : { since: timeOf(disabledAt), why: disabledWhy },
    enabled: enabled === undefined ? undefined : { ...enabled, at: timeOf(enabled.at) },
  });

const lineOf = (say: Say, one: Endpoints.Standing): string => {
  const { dead, deliveredAt, disabledAt, disabledWhy = "", failed = "", failedAt, name, pending } = one;
  const words = translated(say);
  const parts = [
    say(`${pending} pending`, `待投递 ${pending}`),
    say(`${dead} dead`, `已放弃 ${dead}`),
    deliveredAt === undefined
      ? say("none delivered lately", "近期无成功投递")
      : say(`delivered ${timeOf(deliveredAt)}`, `最近成功 ${timeOf(deliveredAt)}`),
    ...(failedAt === undefined
      ? []
      : [say(`failed ${timeOf(failedAt)}: ${failed}`, `最近失败 ${timeOf(failedAt)}：${words(failed)}`)]),
    ...(disabledAt === undefined
      ? []
      : [
          say(
            `disabled since ${timeOf(disabledAt)}: ${disabledWhy}`,
            `自 ${timeOf(disabledAt)} 起已停用：${words(disabledWhy)}`,
          ),
        ]),
  ];
  return plain(`${name}  ${parts.join(say(", ", "，"))}`);
};

const listing = (say: Say) =>
  Command.make("list", Acting.stored(say), (flags) =>
    over(flags, false, (webhooks) =>
      Effect.flatMap(webhooks.list, (all) =>
        Acting.answer(flags, {
          exitCode: 0,
          json: { ok: true, value: all.map(valueOf) },
          text: all.map((one) => lineOf(say, one)).join("\n") || say("None", "没有"),
        }),
      ),
    ),
  ).pipe(
    Command.withShortDescription(say("How each webhook stands", "各 Webhook 的状态")),
    Command.withExamples([{ command: "wechat-refund webhooks list --store shop.db" }]),
  );

/** One message, in a line. */
const deliveryLine = (
  say: Say,
  { attempts, happenedAt, id, outRefundNo = "", said = "", state, type }: Webhooks.Delivery,
): string =>
  plain(
    [String(id), state, type, shownNumber(outRefundNo), timeOf(happenedAt), `${attempts}×`, translated(say)(said)]
      .filter((part) => part !== "" && part !== "(not shown)")
      .join("  "),
  );

const states = ["pending", "delivered", "dead"] as const;

/** Ends the command with 1: it cannot be done. */
const impossible = (flags: Given, reason: string, message: string) =>
  give(failed({ reason, outcome: "not-accepted", advice: "fix-request", message }), flags.json ? "json" : "text");

const noWebhook = (say: Say): string => say("the store knows no webhook of this name", "存储中没有该名称的 Webhook");

const messages = (say: Say) =>
  Command.make(
    "deliveries",
    {
      ...Acting.stored(say),
      name: named(say),
      state: Flag.Literals("state", states).pipe(
        Flag.withMetavar("state"),
        Flag.withDescription(
          say(
            "pending, delivered or dead; dead unless given",
            "pending（待投递）、delivered（已投递）或 dead（已放弃）；默认 dead",
          ),
        ),
        Flag.withDefault("dead"),
      ),
      after: number(
        "after",
        say("Those before the message of this id, for the next page", "从该编号之前继续，用于翻页"),
      ),
    },
    (flags) =>
      over(flags, false, (webhooks) =>
        Effect.gen(function* () {
          const { after, name, state } = flags;
          if (!(yield* webhooks.list).some((one) => one.name === name)) {
            return yield* impossible(flags, "UnknownWebhook", noWebhook(say));
          }
          const found = yield* webhooks.deliveries(name, {
            state,
            ...(Option.isSome(after) && { after: after.value }),
          });
          yield* Acting.answer(flags, {
            exitCode: 0,
            json: {
              ok: true,
              value: found.map(({ dueAt, endedAt, happenedAt, since, ...one }) =>
                given({
                  ...one,
                  happenedAt: timeOf(happenedAt),
                  since: timeOf(since),
                  dueAt: timeOf(dueAt),
                  endedAt: timeOf(endedAt),
                }),
              ),
            },
            text: found.map((one) => deliveryLine(say, one)).join("\n") || say("None", "没有"),
          });
        }),
      ),
  ).pipe(
    Command.withShortDescription(say("List messages to a webhook", "列出发往某个 Webhook 的消息")),
    Command.withExamples([{ command: "wechat-refund webhooks deliveries --store shop.db --name erp" }]),
  );

const enabling = (say: Say) =>
  Command.make("enable", { ...Acting.stored(say), name: named(say), ...person(say) }, (flags) =>
    over(flags, true, (webhooks) =>
      Effect.gen(function* () {
        const isEnabled = yield* webhooks.enable(flags.name, yield* personOf(flags));
        if (!isEnabled) {
          const message = say(
            "it is not disabled, or the store knows no webhook of this name",
            "未被停用，或存储中没有该名称的 Webhook",
          );
          return yield* impossible(flags, "NotDisabled", message);
        }
        yield* Acting.answer(flags, {
          exitCode: 0,
          json: { ok: true, value: { webhook: flags.name } },
          text: say(`${flags.name} goes on where it ended`, `${flags.name} 从中断处继续`),
        });
      }),
    ),
  ).pipe(
    Command.withShortDescription(say("Let a disabled webhook go on", "恢复已停用的 Webhook")),
    Command.withExamples([
      { command: 'wechat-refund webhooks enable --store shop.db --name erp --reason "it answers again"' },
    ]),
  );

const replaying = (say: Say) =>
  Command.make(
    "replay",
    {
      ...Acting.stored(say),
      name: named(say),
      delivery: number("delivery", say("One message, by its id", "单条消息的编号")),
      first: number("first", say("Dead ones from this position of the events on", "已放弃消息的起始事件位置")),
      last: number("last", say("Up to this position", "截止事件位置（含）")),
      from: moment("from", say("Dead ones whose events happened from then on", "已放弃消息的起始事件时间")),
      until: moment("until", say("And before then", "截止事件时间（不含）")),
      ...person(say),
    },
    (flags) => {
      const { delivery, first, from, last, until } = flags;
      const range = given({
        first: Option.getOrUndefined(first),
        last: Option.getOrUndefined(last),
        from: Option.getOrUndefined(from),
        until: Option.getOrUndefined(until),
      });
      const isRange = Object.keys(range).length > 0;
      if (Option.isSome(delivery) === isRange) {
        const message = say(
          "say which: --delivery, or a range by --first, --last, --from or --until",
          "请指明：--delivery，或以 --first、--last、--from、--until 指定范围",
        );
        const said = { reason: "NoRange", outcome: "not-accepted", advice: "fix-request", message } as const;
        return give(failed(said, { exitCode: 2 }), flags.json ? "json" : "text");
      }
      return over(flags, true, (webhooks) =>
        Effect.gen(function* () {
          const what = Option.isSome(delivery) ? { delivery: delivery.value } : { which: "dead" as const, range };
          const { count: replayed } = yield* webhooks.replay(flags.name, what, yield* personOf(flags));
          if (replayed === 0 && Option.isSome(delivery)) {
            const message = say("there is no such message to this webhook", "该 Webhook 没有这条消息");
            return yield* impossible(flags, "UnknownDelivery", message);
          }
          yield* Acting.answer(flags, {
            exitCode: 0,
            json: { ok: true, value: { webhook: flags.name, replayed } },
            text: say(`${replayed} messages are delivered again`, `重新投递 ${replayed} 条消息`),
          });
        }),
      );
    },
  ).pipe(
    Command.withShortDescription(say("Have dead messages delivered again", "重新投递已放弃的消息")),
    Command.withExamples([
      { command: 'wechat-refund webhooks replay --store shop.db --name erp --delivery 12 --reason "mended"' },
      {
        command:
          'wechat-refund webhooks replay --store shop.db --name erp --from 2026-11-26T00:00:00+08:00 --reason "mended"',
      },
    ]),
  );

const pinging = (say: Say) =>
  Command.make("ping", { ...Acting.stored(say), name: named(say) }, (flags) =>
    over(flags, true, (webhooks) =>
      Effect.gen(function* () {
        const id = yield* webhooks.ping(flags.name);
        if (id === undefined) {
          const message = noWebhook(say);
          return yield* impossible(flags, "UnknownWebhook", message);
        }
        yield* Acting.answer(flags, {
          exitCode: 0,
          json: { ok: true, value: { webhook: flags.name, delivery: id } },
          text: say(
            `message ${id} is sent by the service that works on the store; webhooks deliveries shows its end`,
            `消息 ${id} 将由使用该存储的服务发送；用 webhooks deliveries 查看结果`,
          ),
        });
      }),
    ),
  ).pipe(
    Command.withShortDescription(say("Have a message sent that tries a webhook", "发送一条测试消息")),
    Command.withExamples([{ command: "wechat-refund webhooks ping --store shop.db --name erp" }]),
  );

const making = (say: Say) =>
  Command.make("secret", {}, () =>
    Effect.gen(function* () {
      yield* Console.log(Redacted.value(yield* WebhooksFile.newSecret));
      yield* Console.error(
        say("The secret is shown this once: keep it where secrets are kept.", "密钥只显示这一次：请妥善保存。"),
      );
    }),
  ).pipe(
    Command.withShortDescription(say("Make a secret that signs", "生成签名密钥")),
    Command.withExamples([{ command: "wechat-refund webhooks secret > erp.secret" }]),
  );

/** The command. */
export const command = (say: Say) =>
  Command.make("webhooks").pipe(
    Command.withShortDescription(say("See to the webhooks of a service", "管理服务的 Webhook")),
    Command.withDescription(
      say(
        "How the webhooks of wechat-refund serve stand in a store, and what a person does about them; the service that works on the store sends. " +
          "`list` and `deliveries` only look; the others need a store in a file for themselves, so where a service has it use its API. Exit codes: " +
          "0 done; 1 not possible; 2 wrong command line or store.",
        "查看 wechat-refund serve 的 Webhook 在存储中的状态并执行人工操作；消息由使用该存储的服务发送。`list` 与 `deliveries` 只读取；其余命令要求存储文件未被" +
          "其他进程占用，服务运行时请用其 API。退出码：0 完成；1 不允许；2 命令行或存储有误。",
      ),
    ),
    Command.withSubcommands([listing(say), messages(say), replaying(say), enabling(say), pinging(say), making(say)]),
  );
