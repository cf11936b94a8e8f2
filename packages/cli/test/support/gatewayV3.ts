/** A gateway of APIv3 over TLS, as small as the commands need, with code of its own. */
import { createHash, createVerify, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import * as TestIdentities from "@wechat-refund/testkit/TestIdentities";

export const mchId = "1900000109";
export const keyId = "PUB_KEY_ID_0000000000000024101100397200000006";
export const apiV3Key = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
const platform = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const identities = TestIdentities.make();
const { certificatePem, privateKeyPem } = identities.merchantA;
export const serialNo = new X509Certificate(certificatePem).serialNumber;
export const bill =
  "交易时间,微信订单号,商户订单号,微信退款单号,商户退款单号,退款金额,退款状态\r\n" +
  "`2026-11-23 10:00:00,`4200000000000000000000000001,`T-1,`5030000000000000000000000001,`R-1,`0.60,`SUCCESS\r\n" +
  "总交易单数,应结订单总金额,退款总金额\r\n`1,`0.00,`0.60\r\n";

export interface Running {
  readonly url: string;
  /** The environment of a merchant of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly calls: Array<string>;
  /** What every reply is like from now on. */
  mode: "good" | "unsigned" | "no-money" | "wrong-sign" | "sign-error" | "cut";
  readonly refunds: Map<string, Record<string, unknown>>;
  readonly stop: () => Promise<void>;
}

interface Amount {
  readonly refund: number;
  readonly total: number;
}

export const start = async (): Promise<Running> => {
  const directory = mkdtempSync(join(tmpdir(), "gateway-v3-"));
  const file = (name: string, text: string) => {
    writeFileSync(join(directory, name), text, { mode: 0o600 });
    return join(directory, name);
  };
  const refunds = new Map<string, Record<string, unknown>>();
  const calls: Array<string> = [];
  const merchantKey = new X509Certificate(certificatePem).publicKey;

  const isSigned = ({ headers, method = "", url = "" }: IncomingMessage, body: Buffer): boolean => {
    const [, fields = ""] = /^WECHATPAY2-SHA256-RSA2048 (.*)$/.exec(headers.authorization ?? "") ?? [];
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(fields)?.[1] ?? "";
    const text = `${method}\n${url}\n${field("timestamp")}\n${field("nonce_str")}\n${body.toString()}\n`;
    return (
      field("serial_no") === serialNo &&
      field("mchid") === mchId &&
      createVerify("sha256").update(text).verify(merchantKey, field("signature"), "base64")
    );
  };

  const answer = (running: Running, request: IncomingMessage, body: Buffer): readonly [number, string, boolean] => {
    const { method = "", url = "" } = request;
    const json = (status: number, value: unknown, signed = true) => [status, JSON.stringify(value), signed] as const;
    if (request.headers.accept === undefined || request.headers["user-agent"] === undefined)
      return json(400, { code: "INVALID_REQUEST", message: "Http头缺少Accept或User-Agent" }, false);
    if (running.mode === "sign-error" || !isSigned(request, body))
      return json(401, { code: "SIGN_ERROR", message: "签名错误" }, false);
    if (running.mode === "no-money" && method === "POST") return json(403, { code: "NOT_ENOUGH", message: "余额不足" });
    if (url === "/v3/certificates") return json(404, { code: "RESOURCE_NOT_EXISTS", message: "无可用的平台证书" });
    if (url.startsWith("/v3/bill/tradebill?bill_date=2026-11-22"))
      return json(400, { code: "NO_STATEMENT_EXIST", message: "账单文件不存在" });
    if (url.startsWith("/v3/bill/tradebill"))
      return json(200, {
        hash_type: "SHA1",
        hash_value: createHash("sha1").update(bill).digest("hex"),
        download_url: `${running.url}/v3/billdownload/file?token=t`,
      });
    if (url.startsWith("/v3/billdownload/file")) return [200, running.mode === "cut" ? bill.slice(1) : bill, false];
    if (method === "POST") {
      const asked = JSON.parse(body.toString()) as Record<string, unknown> & {
        readonly amount: Amount;
        readonly out_refund_no: string;
      };
      const { refund, total } = asked.amount;
      const made = refunds.get(asked.out_refund_no) ?? {
        refund_id: `5030${refunds.size}`,
        out_refund_no: asked.out_refund_no,
        transaction_id: "4200000000000000000000000001",
        out_trade_no: asked["out_trade_no"],
        channel: "ORIGINAL",
        user_received_account: "支付用户零钱",
        create_time: "2026-11-23T10:00:00+08:00",
        status: "PROCESSING",
        funds_account: "AVAILABLE",
        amount: {
          total,
          refund,
          payer_total: total,
          payer_refund: refund,
          settlement_total: total,
          settlement_refund: refund,
          discount_refund: 0,
          currency: "CNY",
        },
        promotion_detail: [],
      };
      refunds.set(asked.out_refund_no, made);
      return json(200, made);
    }
    const found = refunds.get(decodeURIComponent(url.replace(/^.*\//, "")));
    return found === undefined
      ? json(404, { code: "RESOURCE_NOT_EXISTS", message: "退款单不存在" })
      : json(200, { ...found, status: "SUCCESS", success_time: "2026-11-23T10:00:05+08:00" });
  };

  const server = createServer({ cert: identities.server.certificatePem, key: identities.server.privateKeyPem });
  server.on("request", (request, response) => {
    void buffer(request).then((body) => {
      calls.push(`${request.method} ${(request.url ?? "").replace(/\?.*/, "")}`);
      const [status, text, signed] = answer(running, request, body);
      const timestamp = String(Math.floor(Date.now() / 1000));
      const signature = sign("sha256", Buffer.from(`${timestamp}\nn\n${text}\n`), platform.privateKey).toString(
        "base64",
      );
      response.writeHead(status, {
        "Content-Type": "application/json",
        ...(signed &&
          running.mode !== "unsigned" && {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": "n",
            "Wechatpay-Serial": keyId,
            "Wechatpay-Signature":
              running.mode === "wrong-sign" ? `WECHATPAY/SIGNTEST/${signature.slice(19)}` : signature,
          }),
      });
      response.end(text);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const running: Running = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    env: {
      WECHAT_PAY_PROTOCOL: "v3",
      WECHAT_PAY_MCH_ID: mchId,
      WECHAT_PAY_V3_SERIAL_NO: serialNo,
      WECHAT_PAY_V3_PRIVATE_KEY_FILE: file("apiclient_key.pem", privateKeyPem),
      WECHAT_PAY_V3_PUBLIC_KEY_FILE: file(
        "pub_key.pem",
        String(platform.publicKey.export({ format: "pem", type: "spki" })),
      ),
      WECHAT_PAY_V3_PUBLIC_KEY_ID: keyId,
      WECHAT_PAY_V3_KEY: apiV3Key,
      WECHAT_PAY_CA_FILE: file("ca.pem", identities.ca),
    },
    calls,
    mode: "good",
    refunds,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(directory, { recursive: true });
    },
  };
  return running;
};

/** The commands print none of these. */
export const secrets = [apiV3Key, ...privateKeyPem.split("\n").filter((line) => line.length > 40)];
