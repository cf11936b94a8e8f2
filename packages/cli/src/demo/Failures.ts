/**
 * The part of the demonstration where things go wrong, each once over every adapter: what the typed error says, whether a refund may
 * have been made, and what to do next.
 */
import * as Operation from "@wechat-refund/core/Operation";
import { operation as refundOperation } from "@wechat-refund/core/Refund";
import { type Advice, type Outcome, type Reason, RefundError, TransportFailed } from "@wechat-refund/core/RefundError";
import { recordOf } from "@wechat-refund/core/RefundQuery";
import type { ClientCertificate } from "@wechat-refund/mutual-tls/ClientCertificate";
import { Fault } from "@wechat-refund/simulator";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import * as Adapters from "../Adapters.ts";
import * as Example from "./Example.ts";
import type { Say } from "@wechat-refund/checkup/Language";
import * as Words from "@wechat-refund/checkup/Words";
import type { Report } from "./Report.ts";
import * as Stage from "./Stage.ts";

const { outRefundNo, totalFee } = Example.request;

interface Scenario {
  readonly title: (say: Say) => string;
  /** What is different about the client. */
  readonly setting?: (certificates: Certificates) => Partial<Stage.Setting>;
  readonly prepare?: (stage: Stage.Stage) => Effect.Effect<unknown, RefundError>;
  /** Default: the refund. */
  readonly act?: (stage: Stage.Stage) => Effect.Effect<unknown, RefundError>;
  readonly expected: { readonly reason: Reason["_tag"]; readonly outcome: Outcome; readonly advice: Advice };
  /** What must be true at the gateway afterwards. */
  readonly afterwards: {
    readonly what: (say: Say) => string;
    readonly actual: (stage: Stage.Stage) => Effect.Effect<unknown, RefundError>;
    readonly expected: unknown;
  };
}

/** Certificates that are not the merchant's own. */
interface Certificates {
  readonly stranger: ClientCertificate;
  readonly otherMerchant: ClientCertificate;
}

const refundsAtGateway = (count: number): Scenario["afterwards"] => ({
  what: (say) => say("refunds at the gateway", "网关上的退款笔数"),
  actual: ({ gateway }) => Effect.sync(() => gateway.ledger.size()),
  expected: count,
});

const askDirectly = ({ merchant, transport, url }: Stage.Stage): Effect.Effect<unknown, RefundError> => {
  const { request } = Example;
  const wrap = Operation.fail(refundOperation, request);
  // The library refuses to make this message, so its own check is left out here and its stages are put together by hand.
  const message = Operation.encode(refundOperation, request, merchant).pipe(
    Result.map((params) => new Map(params).set("refund_fee", String(totalFee + 1))),
    Result.flatMap((params) => Operation.signed(params, merchant, "5K8264ILTKCH16CQ2502SI8ZNMTM67VS")),
    Result.flatMap((params) => Operation.serialize(refundOperation, request, params, url)),
    wrap,
  );
  return Effect.gen(function* () {
    const reply = yield* transport
      .send(yield* Effect.fromResult(message))
      .pipe(
        Effect.mapError(
          (error) => new RefundError({ operation: "refund", outRefundNo, reason: new TransportFailed({ error }) }),
        ),
      );
    return yield* Effect.fromResult(Operation.interpret(refundOperation, request, reply, merchant));
  });
};

const refundPart =
  (number: string) =>
  ({ client }: Stage.Stage) =>
    client.refund({ ...Example.request, outRefundNo: `${outRefundNo}-${number}`, refundFee: 60 });

const scenarios: ReadonlyArray<Scenario> = [
  {
    title: (say) => say("No client certificate", "没有商户证书"),
    setting: () => ({ certificate: undefined }),
    expected: { reason: "GatewayRefused", outcome: "not-accepted", advice: "fix-account" },
    afterwards: refundsAtGateway(0),
  },
  {
    title: (say) => say("A certificate of an authority that the gateway does not know", "证书由网关不认识的 CA 签发"),
    setting: ({ stranger }) => ({ certificate: stranger }),
    expected: { reason: "GatewayRefused", outcome: "not-accepted", advice: "fix-account" },
    afterwards: refundsAtGateway(0),
  },
  {
    title: (say) => say("The certificate of another merchant", "其他商户的证书"),
    setting: ({ otherMerchant }) => ({ certificate: otherMerchant }),
    expected: { reason: "Rejected", outcome: "not-accepted", advice: "fix-account" },
    afterwards: refundsAtGateway(0),
  },
  {
    title: (say) => say("A gateway whose certificate is not to be trusted", "网关的证书不可信"),
    setting: () => ({ trust: {} }),
    expected: { reason: "TransportFailed", outcome: "not-accepted", advice: "fix-account" },
    afterwards: {
      ...refundsAtGateway(0),
      what: (say) => say("requests at the gateway", "网关收到的请求数"),
      actual: ({ gateway }) => Effect.sync(() => gateway.log.total()),
    },
  },
  {
    title: (say) => say("A wrong API key", "API密钥错误"),
    setting: () => ({ apiKey: Example.wrongApiKey }),
    expected: { reason: "ProtocolRejected", outcome: "not-accepted", advice: "fix-account" },
    afterwards: refundsAtGateway(0),
  },
  {
    title: (say) =>
      say("More than the order's total: refused here, nothing is sent", "超过订单总额：在本地拒绝，没有发送"),
    act: ({ client }) => client.refund({ ...Example.request, refundFee: totalFee + 1 }),
    expected: { reason: "InvalidRequest", outcome: "not-accepted", advice: "fix-request" },
    afterwards: {
      ...refundsAtGateway(0),
      what: (say) => say("requests at the gateway", "网关收到的请求数"),
      actual: ({ gateway }) => Effect.sync(() => gateway.log.total()),
    },
  },
  {
    title: (say) =>
      say(
        "More than the order's total: refused by the gateway, with our own check left out",
        "超过订单总额：略去本地检查，由网关拒绝",
      ),
    act: askDirectly,
    expected: { reason: "ProtocolRejected", outcome: "not-accepted", advice: "fix-request" },
    afterwards: refundsAtGateway(0),
  },
  {
    title: (say) =>
      say(
        "More than is left of the order: 60 fen of 100 twice, under two numbers",
        "超过订单余额：100 分的订单，以两个单号各退 60 分",
      ),
    prepare: refundPart("1"),
    act: refundPart("2"),
    expected: { reason: "Rejected", outcome: "not-by-this-call", advice: "query-first" },
    afterwards: refundsAtGateway(1),
  },
  {
    title: (say) => say("A reply that was changed on its way", "应答在途中被篡改"),
    prepare: ({ gateway }) =>
      Effect.sync(() =>
        gateway.faults.push(
          Fault.Mangle({ on: "refund", find: "<refund_fee><![CDATA[100", put: "<refund_fee><![CDATA[1" }),
        ),
      ),
    expected: { reason: "UntrustedReply", outcome: "unknown", advice: "query-first" },
    afterwards: refundsAtGateway(1),
  },
  {
    title: (say) =>
      say("A reply that is lost: the refund was made, and a query finds it", "应答丢失：退款已产生，查询可以查到"),
    prepare: ({ gateway }) => Effect.sync(() => gateway.faults.push(Fault.LoseReply({ on: "refund" }))),
    expected: { reason: "TransportFailed", outcome: "unknown", advice: "resend-same" },
    afterwards: {
      what: (say) => say("the refund that the query finds", "查询到的退款金额"),
      actual: ({ client }) =>
        Effect.map(client.query({ outRefundNo }), (reply) => recordOf(reply, outRefundNo)?.refundFee),
      expected: 100,
    },
  },
];

/** What each adapter said: once where all said the same. */
const tell = Effect.fnUntraced(function* (report: Report, said: ReadonlyMap<Adapters.Name, string>) {
  const [first, ...others] = new Set(said.values());
  if (first !== undefined && others.length === 0) return yield* report.detail(first);
  for (const [name, text] of said) yield* report.detail(`${name}: ${text}`);
});

/** Lets every scenario happen over every adapter. */
export const all = Effect.fnUntraced(function* (report: Report, cast: Stage.Cast, adapter: typeof Adapters.layer) {
  const { say } = report;
  yield* report.heading(say("When it goes wrong, over each adapter", "出错的情形，逐一经过每种传输方式"));
  const certificates = {
    stranger: yield* Stage.certificateOf(cast.identities.stranger),
    otherMerchant: yield* Stage.certificateOf(cast.identities.merchantB),
  };
  for (const { act, afterwards, expected, prepare, setting, ...scenario } of scenarios) {
    const title = scenario.title(say);
    yield* report.prose(title);
    const messages = new Map<Adapters.Name, string>();
    const verdicts = new Map<Adapters.Name, string>();
    for (const name of Adapters.names) {
      yield* Effect.scoped(
        Effect.gen(function* () {
          const stage = yield* Stage.make(cast, adapter, {
            adapter: name,
            signType: "HMAC-SHA256",
            certificate: cast.certificates.PEM,
            ...setting?.(certificates),
          });
          const attempt = Effect.gen(function* () {
            if (prepare !== undefined) yield* prepare(stage);
            return yield* (act ?? (({ client }: Stage.Stage) => client.refund(Example.request)))(stage);
          });
          const error = yield* Effect.flip(attempt).pipe(Effect.catch(() => Effect.succeed(undefined)));
          const actual = error && { reason: error.reason._tag, outcome: error.outcome, advice: error.advice };
          yield* report.expect(`${title}, ${name}`, actual ?? say("accepted", "已受理"), expected);
          const then = yield* Effect.catch(afterwards.actual(stage), ({ message }) => Effect.succeed(message));
          yield* report.expect(`${title}, ${name}: ${afterwards.what(say)}`, then, afterwards.expected);
          messages.set(
            name,
            error === undefined
              ? say("accepted", "已受理")
              : `${error.reason._tag}${say(": ", "：")}${Words.failure(say, error.reason)}`,
          );
          if (error !== undefined)
            verdicts.set(
              name,
              say(`outcome ${error.outcome}, advice ${error.advice}`, `结果 ${error.outcome}，建议 ${error.advice}`),
            );
        }),
      );
    }
    yield* tell(report, messages);
    yield* tell(report, verdicts);
  }
});
