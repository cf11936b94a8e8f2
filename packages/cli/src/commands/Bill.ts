/** `bill`: the refunds of a day, as WeChat Pay counts them. */
import { Merchant } from "@wechat-refund/core/Merchant";
import { headers, mainEndpoint, signed } from "@wechat-refund/core/Operation";
import { Nonce } from "@wechat-refund/core/RefundClient";
import { Transport } from "@wechat-refund/core/Transport";
import * as Xml from "@wechat-refund/core/Xml";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as DateTime from "effect/DateTime";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Result from "effect/Result";
import * as Bill from "../bill/Bill.ts";
import * as Call from "../Call.ts";
import { type Answer, failed } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import { amount, list, plain } from "../Print.ts";
import { protocolOf } from "../ProtocolOf.ts";

const most = 64 * 1024 * 1024;

/** `2026-11-23` or `20261123`, a day that there is, as the wire has it. */
const dayOf = (text: string): Option.Option<string> => {
  const digits = text.replaceAll("-", "");
  const written = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  const isDay = /^[0-9]{8}$/.test(digits) && (text === digits || text === written);
  return isDay &&
    DateTime.make(`${written}T00:00:00Z`).pipe(Option.exists((day) => DateTime.formatIsoDateUtc(day) === written))
    ? Option.some(digits)
    : Option.none();
};

/** The bill's day is Beijing's. */
const yesterday = Effect.map(DateTime.now, (now) =>
  DateTime.formatIsoDateUtc(DateTime.subtract(DateTime.add(now, { hours: 8 }), { days: 1 })).replaceAll("-", ""),
);

type Downloaded = Result.Result<Bill.Bill, { readonly reason: string; readonly message: string }>;

const download = Effect.fnUntraced(
  function* (date: string) {
    const merchant = yield* Merchant;
    const transport = yield* Transport;
    const fields = new Map([
      ["appid", merchant.appId],
      ["mch_id", merchant.mchId],
      ...(merchant.subAppId === undefined ? [] : [["sub_appid", merchant.subAppId] as const]),
      ...(merchant.subMchId === undefined ? [] : [["sub_mch_id", merchant.subMchId] as const]),
      ["bill_date", date],
      ["bill_type", "REFUND"],
    ]);
    const body = Result.flatMap(signed(fields, merchant, yield* yield* Nonce), Xml.write);
    if (Result.isFailure(body)) return Result.fail({ reason: body.failure._tag, message: body.failure.message });
    const url = `${(merchant.endpoint ?? mainEndpoint).replace(/\/$/, "")}/pay/downloadbill`;
    const posted = yield* Effect.result(transport.send({ method: "POST", url, headers, body: body.success }));
    if (Result.isFailure(posted)) return Result.fail({ reason: "TransportFailed", message: posted.failure.message });
    const { body: bytes, status } = posted.success;
    if (status !== 200) return Result.fail({ reason: "GatewayRefused", message: `HTTP ${status} instead of a bill` });
    // A failure is a message, where a bill is bare text.
    if (bytes[0] !== 0x3c) {
      return Result.mapError(Bill.read(bytes), (message) => ({ reason: "MalformedReply", message }));
    }
    const message = Result.getOrElse(Xml.read(bytes), () => new Map<string, string>()).get("return_msg") ?? "";
    if (/^no bill exist$/i.test(message)) return Result.succeed({ refunds: [], summary: {} });
    return Result.fail({ reason: "ProtocolRejected", message: `return_code FAIL: ${plain(message).slice(0, 200)}` });
  },
  (effect): Effect.Effect<Downloaded, never, Merchant | Transport> => effect,
);

const show = (say: Say, date: string, { refunds }: Bill.Bill): string => {
  if (refunds.length === 0) return say(`No refunds on ${date}`, `${date} 没有退款`);
  const sums = new Map<string, number>();
  for (const { currency, refundFee } of refunds) sums.set(currency, (sums.get(currency) ?? 0) + refundFee);
  return [
    list(
      refunds.map(({ currency, outRefundNo, refundFee, refundId, status }) => [
        outRefundNo,
        `${status}: ${amount(refundFee, currency)}  ${refundId}`,
      ]),
    ),
    `\n${say("refunds", "退款笔数")} ${refunds.length}: ${[...sums].map(([currency, sum]) => amount(sum, currency)).join(", ")}`,
  ].join("\n");
};

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "bill",
    {
      date: Flag.String("date").pipe(
        Flag.filterMap(dayOf, () => "must be a day such as 2026-11-23"),
        Flag.withMetavar("day"),
        Flag.withDescription(say("In Beijing; yesterday unless given", "北京时间的日期；默认昨天")),
        Flag.optional,
      ),
      ...Flags.call(say),
    },
    Effect.fnUntraced(function* ({ date, ...call }) {
      const day = Option.isSome(date) ? date.value : yield* yesterday;
      const ofV3 = Effect.flatMap(Call.OfV3, (options) =>
        options === undefined
          ? Effect.die(new Error("no settings of APIv3"))
          : Effect.flatMap(
              Effect.promise(() => import("../bill/DownloadV3.ts")),
              (v3) => Effect.result(v3.download(options, day)),
            ),
      );
      const found = (yield* protocolOf(call.protocol)) === "v3" ? ofV3 : download(day);
      const program = Effect.flatMap(found, (downloaded) =>
        Call.answer(
          call,
          Result.match(downloaded, {
            onSuccess: (bill): Answer => ({
              exitCode: 0,
              json: { ok: true, value: { date: day, ...bill } },
              text: show(say, day, bill),
            }),
            onFailure: ({ message, reason }) =>
              failed({ reason, outcome: "not-accepted", advice: "resend-same", message }),
          }),
        ),
      );
      yield* Call.provide(call, "optional", program, { maxReplyBytes: most, exchangeTimeout: Duration.minutes(2) });
    }),
  ).pipe(
    Command.withShortDescription(say("Download a day's refunds", "下载某天的退款账单")),
    Command.withDescription(
      say(
        "Downloads the refunds of a day and prints them; with --json every column. A bill is there from ten in the morning after, for three " +
          "months, says what was known at the end of its day, and is not signed: ask for a refund's state with `query`. Exit codes: 0 " +
          "downloaded, also when there were none; 1 it could not be; 2 wrong command line or environment.",
        "下载并显示某天的退款账单；用 --json 时输出所有列。账单于次日上午十点后可下载，保留三个月，反映的是当天结束时的状态，且没有签名：" +
          "最新状态请用 `query` 查询。退出码：0 已下载（包括没有退款）；1 下载失败；2 命令行或环境有误。",
      ),
    ),
    Command.withExamples([{ command: "wechat-refund bill --date 2026-11-23 --json" }]),
  );
