/**
 * The part of the demonstration where everything goes well: the same refund over each adapter, with each form of the certificate
 * and each algorithm; the first one in full, byte for byte.
 */
import { type Params, toRecord } from "@wechat-refund/core/Params";
import type { RefundAccepted } from "@wechat-refund/core/Refund";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { recordOf, type RefundRecord } from "@wechat-refund/core/RefundQuery";
import { type SignType, stringToSign } from "@wechat-refund/core/Signature";
import * as Xml from "@wechat-refund/core/Xml";
import * as DateTime from "effect/DateTime";
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Adapters from "../Adapters.ts";
import * as Words from "@wechat-refund/checkup/Words";
import * as Example from "./Example.ts";
import type { Report } from "./Report.ts";
import * as Stage from "./Stage.ts";

const { outRefundNo } = Example.request;
const signTypes: ReadonlyArray<SignType> = ["HMAC-SHA256", "MD5"];

/** Every combination; the first is the one shown in full. */
const combinations = Adapters.names.flatMap((adapter) =>
  Stage.forms.flatMap((form) => signTypes.map((signType) => ({ adapter, form, signType }))),
);

interface Run {
  readonly accepted: RefundAccepted;
  readonly again: RefundAccepted;
  /** How long the refund's one post took, connection included. */
  readonly millis: number;
  /** What the queries found, until it was decided. */
  readonly seen: ReadonlyArray<RefundRecord>;
}

/** More queries than a gateway that works needs. */
const mostQueries = 5;

const run = Effect.fnUntraced(function* ({ client, letMinutePass }: Stage.Stage): Effect.fn.Return<Run, RefundError> {
  const [duration, accepted] = yield* Effect.timed(client.refund(Example.request));
  const again = yield* client.refund(Example.request);
  const seen: Array<RefundRecord> = [];
  for (let n = 0; n < mostQueries; n++) {
    const record = recordOf(yield* client.query({ outRefundNo }), outRefundNo);
    if (record !== undefined) seen.push(record);
    if (record?.refundStatus !== "PROCESSING") break;
    yield* letMinutePass;
  }
  return { accepted, again, millis: Math.round(Duration.toMillis(duration)), seen };
});

const fieldsOf = (body: Uint8Array): Params => Result.getOrElse(Xml.read(body), () => new Map<string, string>());

const statusesOf = ({ seen }: Run): ReadonlyArray<string> => seen.map(({ refundStatus }) => refundStatus);

const check = Effect.fnUntraced(function* (report: Report, stage: Stage.Stage, ran: Run, signType: SignType) {
  const { accepted, again } = ran;
  const { say } = report;
  const [record] = ran.seen.slice(-1);
  yield* report.expect(
    say("the typed result", "类型化的结果"),
    {
      transactionId: accepted.transactionId,
      outTradeNo: accepted.outTradeNo,
      outRefundNo: accepted.outRefundNo,
      deviceInfo: accepted.deviceInfo,
      refundFee: accepted.refundFee,
      totalFee: accepted.totalFee,
      cashRefundFee: accepted.cashRefundFee,
      extra: accepted.extra,
    },
    {
      transactionId: Example.request.order.transactionId,
      outTradeNo: Example.outTradeNo,
      outRefundNo,
      deviceInfo: Example.request.deviceInfo,
      refundFee: 100,
      totalFee: 100,
      cashRefundFee: 100,
      extra: {},
    },
  );
  yield* report.expect(
    say("refund_id when the same refund is sent again", "同一笔退款再次发送时的 refund_id"),
    again.refundId,
    accepted.refundId,
  );
  yield* report.expect(say("refunds at the gateway", "网关上的退款笔数"), stage.gateway.ledger.size(), 1);
  yield* report.expect(say("the statuses", "各次状态"), statusesOf(ran), ["PROCESSING", "SUCCESS"]);
  yield* report.expect(say("refund_id of the query", "查询到的 refund_id"), record?.refundId, accepted.refundId);
  yield* report.expect(say("the amount that went back", "退回的金额"), record?.refundFee, 100);
  const [exchange] = stage.gateway.log.entries();
  yield* report.expect(
    say("the client certificate at the gateway", "网关收到的商户证书"),
    exchange?.clientCertificate,
    {
      commonName: Example.mchId,
    },
  );
  const sent = fieldsOf(stage.posts[0]?.request.body ?? new Uint8Array());
  yield* report.expect(say("sign_type as sent", "发送的 sign_type"), sent.get("sign_type") ?? "MD5", signType);
  yield* report.expect(
    say("the string that the gateway verified", "网关验签的字符串"),
    exchange?.requestSigned,
    stringToSign(sent).replace("&key=<redacted>", ""),
  );
});

const rows = (fields: Readonly<Record<string, unknown>>): ReadonlyArray<string> => {
  const shown = Object.entries(fields).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
};

const xmlLines = (body: Uint8Array): ReadonlyArray<string> =>
  new TextDecoder()
    .decode(body)
    .replace(/(<xml>|<\/\w+>)\n?(?=<)/g, "$1\n")
    .split("\n");

const showInFull = Effect.fnUntraced(function* (report: Report, stage: Stage.Stage, ran: Run) {
  const [first] = stage.posts;
  if (first === undefined || first.result === undefined || !("reply" in first.result)) return;
  const { say } = report;
  const { body = new Uint8Array() } = first.request;
  const sent = fieldsOf(body);
  yield* report.prose(`POST ${first.request.url}`);
  yield* report.prose(say("The request's fields:", "请求的字段："));
  yield* report.verbatim(rows(toRecord(sent)));
  yield* report.prose(
    say(
      "The order has the same number at the merchant (out_trade_no); one of the two is sent.",
      "该订单也有商户订单号（out_trade_no）；两者只发送其一。",
    ),
  );
  yield* report.prose(say("The string that was signed, without the key:", "签名字符串（不含密钥）："));
  yield* report.verbatim([stringToSign(sent)]);
  yield* report.prose(say("The XML as sent; the line breaks are added here:", "发送的 XML（换行为此处所加）："));
  yield* report.verbatim(xmlLines(body));
  yield* report.prose(
    say(
      `The reply as received, HTTP ${first.result.reply.status}:`,
      `收到的应答（HTTP ${first.result.reply.status}）：`,
    ),
  );
  yield* report.verbatim(xmlLines(first.result.reply.body));
  yield* report.prose(
    say("The typed result, which says accepted and not yet refunded:", "类型化的结果：已受理，尚未退款："),
  );
  yield* report.verbatim(rows(ran.accepted));
  yield* report.prose(say("The same refund sent again:", "再次发送同一笔退款："));
  yield* report.verbatim([
    `refundId  ${ran.again.refundId}`,
    `${say("refunds at the gateway", "网关上的退款笔数")}${say(": ", "：")}${stage.gateway.ledger.size()}`,
  ]);
  yield* report.prose(
    say(
      "Queries until it is decided, a minute apart by the gateway's clock:",
      "反复查询直到有结果（按网关的时钟，每次间隔一分钟）：",
    ),
  );
  yield* report.verbatim(
    ran.seen.map(({ refundRecvAccount, refundStatus, refundSuccessTime }) => {
      const time = refundSuccessTime && DateTime.formatIso(refundSuccessTime);
      const account = refundRecvAccount ?? "?";
      const at = time && say(`, ${time} to ${account}`, `，${time} 退至 ${account}`);
      return `${refundStatus.padEnd(10)}  ${Words.statuses(say)[refundStatus]}${at ?? ""}`;
    }),
  );
});

/** Makes the refund in every combination and ends with a table of them. */
export const all = Effect.fnUntraced(function* (report: Report, cast: Stage.Cast, adapter: typeof Adapters.layer) {
  const { say } = report;
  const table: Array<ReadonlyArray<string>> = [
    [
      say("adapter", "传输方式"),
      say("cert", "证书"),
      say("sign type", "签名类型"),
      say("refund id", "微信退款单号"),
      say("status", "状态"),
      say("ms", "毫秒"),
    ],
  ];
  for (const [n, { form, signType, ...rest }] of combinations.entries()) {
    const name = `${rest.adapter}, ${form}, ${signType}`;
    if (n === 0) yield* report.heading(say(`One refund in full: ${name}`, `一笔退款的全过程：${name}`));
    if (n === 1)
      yield* report.heading(
        say("The same refund again, each time at a fresh gateway", "同样的退款，每次使用全新的网关"),
      );
    yield* Effect.scoped(
      Effect.gen(function* () {
        const stage = yield* Stage.make(cast, adapter, { ...rest, signType, certificate: cast.certificates[form] });
        const ran = yield* Effect.result(run(stage));
        if (Result.isFailure(ran)) {
          table.push([rest.adapter, form, signType, "-", ran.failure.reason._tag, "-"]);
          return yield* report.expect(name, ran.failure.message, say("accepted and refunded", "已受理并已退款"));
        }
        if (n === 0) yield* showInFull(report, stage, ran.success);
        const before = report.tally().failed;
        yield* check(report, stage, ran.success, signType);
        const statuses = statusesOf(ran.success);
        if (n > 0 && report.tally().failed === before) {
          yield* report.prose(
            say(
              `✓ ${name}: accepted, repeated, ${statuses.join(", ")}`,
              `✓ ${name}：已受理，已重发，${statuses.join("，")}`,
            ),
          );
        }
        const { accepted, millis } = ran.success;
        return table.push([rest.adapter, form, signType, accepted.refundId, statuses.at(-1) ?? "-", String(millis)]);
      }),
    );
  }
  yield* report.heading(
    say(
      "All of them; ms is the time of the refund's one post, connection included",
      "汇总；毫秒为该笔退款那一次请求的用时，含建立连接",
    ),
  );
  yield* report.table(table);
});
