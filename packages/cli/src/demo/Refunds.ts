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
import { english } from "@wechat-refund/checkup/Language";
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
  const [record] = ran.seen.slice(-1);
  yield* report.expect(
    "the typed result",
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
  yield* report.expect("refund_id when the same refund is sent again", again.refundId, accepted.refundId);
  yield* report.expect("refunds at the gateway", stage.gateway.ledger.size(), 1);
  yield* report.expect("the statuses", statusesOf(ran), ["PROCESSING", "SUCCESS"]);
  yield* report.expect("refund_id of the query", record?.refundId, accepted.refundId);
  yield* report.expect("the amount that went back", record?.refundFee, 100);
  const [exchange] = stage.gateway.log.entries();
  yield* report.expect("the client certificate at the gateway", exchange?.clientCertificate, {
    commonName: Example.mchId,
  });
  const sent = fieldsOf(stage.posts[0]?.request.body ?? new Uint8Array());
  yield* report.expect("sign_type as sent", sent.get("sign_type") ?? "MD5", signType);
  yield* report.expect(
    "the string that the gateway verified",
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
  const { body = new Uint8Array() } = first.request;
  const sent = fieldsOf(body);
  yield* report.prose(`POST ${first.request.url}`);
  yield* report.prose("The request's fields:");
  yield* report.verbatim(rows(toRecord(sent)));
  yield* report.prose("The order has the same number at the merchant (out_trade_no); one of the two is sent.");
  yield* report.prose("The string that was signed, without the key:");
  yield* report.verbatim([stringToSign(sent)]);
  yield* report.prose("The XML as sent; the line breaks are added here:");
  yield* report.verbatim(xmlLines(body));
  yield* report.prose(`The reply as received, HTTP ${first.result.reply.status}:`);
  yield* report.verbatim(xmlLines(first.result.reply.body));
  yield* report.prose("The typed result, which says accepted and not yet refunded:");
  yield* report.verbatim(rows(ran.accepted));
  yield* report.prose("The same refund sent again:");
  yield* report.verbatim([`refundId  ${ran.again.refundId}`, `refunds at the gateway: ${stage.gateway.ledger.size()}`]);
  yield* report.prose("Queries until it is decided, a minute apart by the gateway's clock:");
  yield* report.verbatim(
    ran.seen.map(({ refundRecvAccount, refundStatus, refundSuccessTime }) => {
      const at = refundSuccessTime && `, ${DateTime.formatIso(refundSuccessTime)} to ${refundRecvAccount ?? "?"}`;
      return `${refundStatus.padEnd(10)}  ${Words.statuses(english)[refundStatus]}${at ?? ""}`;
    }),
  );
});

/** Makes the refund in every combination and ends with a table of them. */
export const all = Effect.fnUntraced(function* (report: Report, cast: Stage.Cast, adapter: typeof Adapters.layer) {
  const table: Array<ReadonlyArray<string>> = [["adapter", "cert", "sign type", "refund id", "status", "ms"]];
  for (const [n, { form, signType, ...rest }] of combinations.entries()) {
    if (n === 0) yield* report.heading(`One refund in full: ${rest.adapter}, ${form}, ${signType}`);
    if (n === 1) yield* report.heading("The same refund again, each time at a fresh gateway");
    const name = `${rest.adapter}, ${form}, ${signType}`;
    yield* Effect.scoped(
      Effect.gen(function* () {
        const stage = yield* Stage.make(cast, adapter, { ...rest, signType, certificate: cast.certificates[form] });
        const ran = yield* Effect.result(run(stage));
        if (Result.isFailure(ran)) {
          table.push([rest.adapter, form, signType, "-", ran.failure.reason._tag, "-"]);
          return yield* report.expect(name, ran.failure.message, "accepted and refunded");
        }
        if (n === 0) yield* showInFull(report, stage, ran.success);
        const before = report.tally().failed;
        yield* check(report, stage, ran.success, signType);
        const statuses = statusesOf(ran.success);
        if (n > 0 && report.tally().failed === before) {
          yield* report.prose(`✓ ${name}: accepted, repeated, ${statuses.join(", ")}`);
        }
        const { accepted, millis } = ran.success;
        return table.push([rest.adapter, form, signType, accepted.refundId, statuses.at(-1) ?? "-", String(millis)]);
      }),
    );
  }
  yield* report.heading("All of them; ms is the time of the refund's one post, connection included");
  yield* report.table(table);
});
