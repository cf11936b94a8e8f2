/**
 * The gateway as a state machine: bytes and a time in, bytes out. No clock, no socket, no randomness; the same configuration
 * and the same calls give the same bytes.
 *
 * Duties: admit a request in the order a real gateway does (certificate, method, size, grammar, merchant, signature, owner of
 * the certificate), hand it to its endpoint, sign the answer with the algorithm the request used, and keep account of it all.
 * What carries calls here, in memory or over TLS, is left to others.
 */
import { Result } from "effect";
import type { Call, ClientCertificate, Reply } from "./Call.ts";
import * as ExchangeLog from "./ExchangeLog.ts";
import * as Fault from "./Fault.ts";
import { Config, decoder, type Merchant } from "./GatewayConfig.ts";
import * as Refund from "./internal/refund.ts";
import * as RefundQuery from "./internal/refundQuery.ts";
import * as Seeded from "./internal/seeded.ts";
import { type Endpoint, type Outside, page, refused, unsigned, type Verdict, type World } from "./internal/verdict.ts";
import * as Ledger from "./Ledger.ts";
import * as Message from "./Message.ts";

export type { Call, ClientCertificate, Reply } from "./Call.ts";

/** A gateway and what can be seen of it. Only `handle`, and the ledger's `addOrder` and `topUp`, change anything. */
export interface Gateway {
  readonly handle: (call: Call) => Reply;
  readonly ledger: Ledger.Ledger;
  readonly log: ExchangeLog.ExchangeLog;
  /** Faults that the carriers of calls take from; see {@link Fault}. */
  readonly faults: Fault.Faults;
  /** The merchant numbers, in the order of the configuration. */
  readonly merchantNumbers: readonly [string, ...ReadonlyArray<string>];
}

const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ["/secapi/pay/refund", Refund.endpoint],
  ["/pay/refundquery", RefundQuery.endpoint],
]);

/** A request that passed the door, with what its answer needs. */
interface Visit {
  readonly endpoint: Endpoint;
  readonly merchant: Merchant;
  readonly fields: Message.Fields;
  readonly algorithm: Message.Algorithm;
  readonly key: string;
  readonly signed: string;
}

/** Turned away; `signed` is there when the request could be read. */
interface Refusal {
  readonly verdict: Outside;
  readonly signed?: string;
}

const turnAway = (verdict: Outside, signed?: string): Result.Result<never, Refusal> =>
  Result.fail({ verdict, ...(signed !== undefined && { signed }) });

const algorithms: ReadonlyMap<string, Message.Algorithm> = new Map([
  ["", "MD5"],
  ["MD5", "MD5"],
  ["HMAC-SHA256", "HMAC-SHA256"],
]);

const admit = (merchants: ReadonlyMap<string, Merchant>, call: Call): Result.Result<Visit, Refusal> => {
  const endpoint = endpoints.get(call.path);
  if (endpoint?.certificate === true) {
    if (call.clientCertificate === "none") {
      return turnAway(page(400, "Bad Request", "No required SSL certificate was sent"));
    }
    if (call.clientCertificate === "refused") return turnAway(page(400, "Bad Request", "The SSL certificate error"));
  }
  if (endpoint === undefined) return turnAway(page(404, "Not Found"));
  if ((call.method ?? "POST") !== "POST") return turnAway(unsigned("请使用post方法"));
  if (call.body.length > Message.limits.message) return turnAway(page(413, "Request Entity Too Large"));
  const read = Message.read(call.body);
  if (Result.isFailure(read)) return turnAway(unsigned("XML格式错误"));

  const fields = read.success;
  const signed = Message.signingText(fields);
  const merchant = merchants.get(fields.get("mch_id") ?? "");
  if (merchant === undefined) return turnAway(unsigned("商户号非法"), signed);
  const algorithm = algorithms.get(fields.get("sign_type") ?? "");
  const key =
    algorithm &&
    [merchant.apiKey, ...(merchant.previousApiKey === undefined ? [] : [merchant.previousApiKey])].find((candidate) =>
      Message.verifyText(signed, fields.get("sign"), candidate, algorithm),
    );
  if (algorithm === undefined || key === undefined) return turnAway(unsigned("签名错误"), signed);
  return Result.succeed({ endpoint, merchant, fields, algorithm, key, signed });
};

const ownsCertificate = ({ endpoint, merchant }: Visit, certificate: ClientCertificate): boolean =>
  !endpoint.certificate || (typeof certificate === "object" && certificate.commonName === merchant.mchId);

const decide = (world: World, visit: Visit, call: Call): Verdict => {
  if (!ownsCertificate(visit, call.clientCertificate)) return refused("CERT_ERROR", "证书校验错误");
  const { refuse } = call;
  const instead = refuse && refused(refuse.errCode, refuse.errCodeDes ?? refuse.errCode);
  if (instead !== undefined && refuse?.accepted === false) return instead;
  const verdict = visit.endpoint.judge(world, { merchant: visit.merchant, fields: visit.fields, now: call.now });
  return verdict._tag === "Answered" && instead !== undefined ? instead : verdict;
};

const html = (status: number, reason: string, title: string | undefined): string =>
  [
    "<html>",
    `<head><title>${status} ${title ?? reason}</title></head>`,
    `<body bgcolor="white">`,
    `<center><h1>${status} ${reason}</h1></center>`,
    ...(title === undefined ? [] : [`<center>${title}</center>`]),
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
  ].join("\n");

// The real gateway was seen to call its XML plain text, so nobody gets to rely on the content type here either.
const xml = (fields: Message.Fields): Reply => ({
  status: 200,
  contentType: "text/plain",
  body: Result.getOrThrowWith(
    Message.write(fields),
    ({ field, reason }) => new Error(`the gateway's own reply cannot be written: ${field} ${reason}`),
  ),
});

/** What a signed reply says back of the request. */
const echo = ({ fields, merchant }: Visit): ReadonlyArray<readonly [string, string]> => {
  const isProvider = merchant.subMerchants.length > 0;
  return ["appid", "mch_id", ...(isProvider ? ["sub_appid", "sub_mch_id"] : []), "device_info"].flatMap((name) =>
    name !== "device_info" || fields.has(name) ? [[name, fields.get(name) ?? ""] as const] : [],
  );
};

const replyKey = ({ merchant, key }: Visit): string =>
  merchant.repliesSignedWith === "request-key" ? key : (merchant[merchant.repliesSignedWith] ?? key);

interface Rendered {
  readonly reply: Reply;
  readonly replySigned?: string;
  /** As in `Exchange`. */
  readonly outcome: string;
}

const renderUnsigned = (verdict: Outside): Rendered => {
  if (verdict._tag === "Unsigned") {
    const fields = new Map([
      ["return_code", "FAIL"],
      ["return_msg", verdict.text],
    ]);
    return { reply: xml(fields), outcome: `FAIL ${verdict.text}` };
  }
  const body = new TextEncoder().encode(html(verdict.status, verdict.reason, verdict.title));
  return { reply: { status: verdict.status, contentType: "text/html", body }, outcome: `HTTP ${verdict.status}` };
};

const render = (visit: Visit, verdict: Verdict, nonce: () => string): Rendered => {
  if (verdict._tag === "Page" || verdict._tag === "Unsigned") return renderUnsigned(verdict);
  const [own, outcome] =
    verdict._tag === "Answered"
      ? [[["result_code", "SUCCESS"] as const, ...verdict.fields], "SUCCESS"]
      : [Object.entries({ result_code: "FAIL", err_code: verdict.code, err_code_des: verdict.text }), verdict.code];
  const fields = new Map<string, string>([
    ["return_code", "SUCCESS"],
    ["return_msg", "OK"],
    ...echo(visit),
    ["nonce_str", nonce()],
    ...own,
  ]);
  const replySigned = Message.signingText(fields);
  fields.set("sign", Message.signText(replySigned, replyKey(visit), visit.algorithm));
  return { reply: xml(fields), replySigned, outcome };
};

const decodeConfig = decoder(Config);

/** A gateway. Throws `InvalidConfig`, which names every wrong field. */
export const make = (input: typeof Config.Encoded): Gateway => {
  const config = decodeConfig(input);
  const seeded = Seeded.make(config.seed);
  const world = { config, ledger: Ledger.make(config, seeded) };
  const merchants = new Map(config.merchants.map((merchant) => [merchant.mchId, merchant]));
  const log = ExchangeLog.make(config.logLimit);
  let latest = Number.NEGATIVE_INFINITY;

  return {
    ledger: world.ledger,
    log,
    faults: Fault.queue(),
    merchantNumbers: [config.merchants[0].mchId, ...config.merchants.slice(1).map(({ mchId }) => mchId)],
    handle: (given) => {
      latest = Math.max(latest, given.now);
      const call = { ...given, now: latest };
      const { verdict, rendered, signed } = Result.match(admit(merchants, call), {
        onFailure: ({ verdict, signed }) => ({ verdict, rendered: renderUnsigned(verdict), signed }),
        onSuccess: (visit) => {
          const verdict = decide(world, visit, call);
          return { verdict, rendered: render(visit, verdict, seeded.nonce), signed: visit.signed };
        },
      });
      log.add({
        at: latest,
        method: call.method ?? "POST",
        path: call.path,
        clientCertificate: call.clientCertificate,
        request: call.body,
        ...rendered,
        ...(signed !== undefined && { requestSigned: signed }),
        repeated: verdict._tag === "Answered" && verdict.repeated,
      });
      return rendered.reply;
    },
  };
};
