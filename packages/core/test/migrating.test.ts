/**
 * What docs/migrating.md says of other projects' clients: their code on that page runs against a gateway on loopback that answers
 * as each test says, and is held to the page's tables.
 */
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { runInNewContext } from "node:vm";
import { Result } from "effect";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Operation, Params, type Transport } from "../src/index.ts";
import { Replies } from "../src/testing/index.ts";
import { apiKey, merchantWith } from "./support/story.ts";

const page = readFileSync(new URL("../../../docs/migrating.md", import.meta.url), "utf8");
const codeOf = (client: string): ReadonlyArray<string> =>
  [...page.matchAll(/^~~~js\n([\s\S]*?)^~~~$/gm)]
    .map(([, code = ""]) => code)
    .filter((code) => code.startsWith(`// ${client}\n`));

const merchant = merchantWith({ signType: "MD5" });
const request = { order: { outTradeNo: "1415757673" }, outRefundNo: "1415701182", totalFee: 100, refundFee: 30 };

let server: Server;
let base: string;
let answer: Transport.TransportReply | "nothing";
let received: Array<{ readonly path: string; readonly fields: Record<string, string> }> = [];

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const chunks: Array<Buffer> = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const reply = { status: 200, headers: {}, body: Buffer.concat(chunks) };
    const fields = Params.toRecord(Result.getOrThrow(Operation.decode(reply)));
    received.push({ path: incoming.url ?? "", fields: { ...fields } });
    if (answer === "nothing") outgoing.destroy();
    else outgoing.writeHead(answer.status, { "content-type": "text/plain" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received = [];
});

type Route = (req: object, res: object, next?: () => void) => unknown;

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const files: Record<string, string> = {
  "apiclient_cert.p12": "",
  "apiclient_cert.pem": "",
  "apiclient_key.pem": rsa.privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  "publickey.pem": rsa.publicKey.export({ type: "spki", format: "pem" }) as string,
};
const fromHere = createRequire(import.meta.url);

/** Runs the page's code up to the n-th block, its requests sent to the gateway of this file, and gives what the n-th one printed. */
const run = async (client: Client, n: number, change = (code: string) => code, at = base) => {
  const blocks = codeOf(client.name).slice(0, n + 1);
  expect(blocks.length).toBe(n + 1);
  const printed: Array<unknown> = [];
  const routes: Array<Route> = [];
  const globals = {
    base: at,
    process: { env: { WECHAT_PAY_API_KEY: apiKey } },
    console: { log: (...what: ReadonlyArray<unknown>) => void printed.push(what) },
    router: { post: (_path: string, ...handlers: ReadonlyArray<Route>) => void routes.push(...handlers) },
    require: (name: string) =>
      name === "node:fs" ? { readFileSync: (file: string) => Buffer.from(files[file] ?? "") } : fromHere(name),
  };
  const [first = "", ...more] = blocks;
  const [setUp = "", call = ""] = first.split("\n\n");
  // The blocks after the first use its client; its call is left out.
  const rest = n === 0 ? call : (more[n - 1] ?? "");
  await (runInNewContext(
    `(async () => {\n${setUp}\n${client.toLoopback}\n${change(rest)}\n})()`,
    globals,
  ) as Promise<void>);
  return { printed, routes };
};

interface Client {
  readonly name: string;
  readonly toLoopback: string;
}
const tenpay: Client = {
  name: "tenpay",
  toLoopback: `for (const name in api.urls) api.urls[name] = api.urls[name].replace("https://api.mch.weixin.qq.com/", base);`,
};
const plugin: Client = {
  name: "wechatpay-axios-plugin",
  toLoopback: "Object.assign(wxpay.client.v2.defaults, { baseURL: base, proxy: false });",
};
const clients = [tenpay, plugin];
const accepted = (more: Record<string, string> = {}) => Replies.accepted(merchant, request, more);

describe.each(clients)("$name", (client) => {
  const failure = async (reply: typeof answer, change?: (code: string) => string) => {
    answer = reply;
    const error = (await run(client, 0, change).then(
      ({ printed }) => expect.fail(`a result: ${JSON.stringify(printed)}`),
      (cause: unknown) => cause,
    )) as { readonly message: string; readonly code?: string; readonly response?: { readonly data: unknown } };
    return client === tenpay ? error.message : error.code;
  };

  it("refunds, signs with MD5 and gives texts by their wire names", async () => {
    answer = accepted();
    expect((await run(client, 0)).printed).toEqual([[Replies.refundId, "30"]]);
    const [{ fields, path } = { fields: {}, path: "" }] = received;
    expect(path).toBe("/secapi/pay/refund");
    expect(fields["sign"]).toMatch(/^[0-9A-F]{32}$/);
    const { nonce_str: _nonce, sign: _sign, ...business } = fields;
    expect(business).toEqual({
      appid: merchant.appId,
      mch_id: merchant.mchId,
      out_trade_no: "1415757673",
      out_refund_no: "1415701182",
      total_fee: "100",
      refund_fee: "30",
      ...(client === tenpay && { sign_type: "MD5", op_user_id: merchant.mchId }),
    });
  });

  it("queries", async () => {
    answer = Replies.queried(merchant, request, "PROCESSING");
    expect((await run(client, 1)).printed).toEqual([["PROCESSING", "30"]]);
    expect(received[0]?.path).toBe("/pay/refundquery");
  });

  it("opens a notice", async () => {
    const { printed, routes } = await run(client, 2);
    let sent = "";
    const req = { body: new TextDecoder().decode(Replies.notice(merchant, request, "SUCCESS")) };
    const res = { header: () => undefined, send: (text: string) => void (sent = text) };
    const [first, second] = routes;
    await first?.(req, res, () => second?.(req, res));
    expect(printed).toEqual([["1415701182", "SUCCESS"]]);
    expect(sent).toContain("SUCCESS");
  });

  it(`${client === tenpay ? "refuses" : "takes"} a notice for another merchant`, async () => {
    const { printed, routes } = await run(client, 2);
    let sent = "";
    const other = merchantWith({ mchId: "1900000110" });
    const req = { body: new TextDecoder().decode(Replies.notice(other, request, "SUCCESS")) };
    const res = { header: () => undefined, send: (text: string) => void (sent = text) };
    const [first, second] = routes;
    await first?.(req, res, () => second?.(req, res));
    expect(printed.length).toBe(client === tenpay ? 0 : 1);
    expect(sent).toContain(client === tenpay ? "mch_id不匹配" : "SUCCESS");
  });

  it("sends what is wrong", async () => {
    answer = accepted();
    await run(client, 0, (code) => code.replace("refund_fee: 30", "refund_fee: 130"));
    expect(received[0]?.fields["refund_fee"]).toBe("130");
  });

  it("takes a reply about another refund number", async () => {
    answer = accepted({ out_refund_no: "2" });
    expect((await run(client, 0)).printed.length).toBe(1);
  });

  it("and one signed with the other algorithm", async () => {
    answer = Replies.accepted(merchantWith(), request);
    if (client === tenpay) expect(await failure(answer)).toBe("sign签名错误");
    else expect((await run(client, 0)).printed.length).toBe(1);
    answer = Replies.accepted(merchantWith(), request, { sign_type: "HMAC-SHA256" });
    expect((await run(client, 0)).printed.length).toBe(1);
  });

  const other = (text: string): Transport.TransportReply => ({
    status: 502,
    headers: {},
    body: new TextEncoder().encode(text),
  });
  const unsigned = {
    return_code: "SUCCESS",
    appid: merchant.appId,
    mch_id: merchant.mchId,
    result_code: "FAIL",
    err_code: "NOTENOUGH",
  };
  const wrong = "0".repeat(32);
  it.each<[string, typeof answer, string, string]>([
    ["HTTP 502", other("<html></html>"), "request fail", "ERR_BAD_RESPONSE"],
    [
      "return_code FAIL",
      Replies.unsigned({ return_code: "FAIL", return_msg: "签名错误" }),
      "签名错误",
      "EV2_RES_STATUS_CODE_NOT_SUCESS",
    ],
    ["result_code FAIL", Replies.rejected(merchant, "NOTENOUGH", ""), "NOTENOUGH", "EV2_RES_STATUS_CODE_NOT_SUCESS"],
    ["the same, unsigned", Replies.unsigned(unsigned), "NOTENOUGH", "EV2_RES_STATUS_CODE_NOT_SUCESS"],
    [
      "a wrong signature",
      Replies.unsigned({ ...unsigned, result_code: "SUCCESS", sign: wrong }),
      "sign签名错误",
      "EV2_RES_SIGNATURE_NOT_EQUAL",
    ],
  ])("fails after %s", async (_, reply, message, code) => {
    expect(await failure(reply)).toBe(client === tenpay ? message : code);
  });

  it("fails with the HTTP client's words when there is no reply", async () => {
    expect(await failure("nothing")).toMatch(client === tenpay ? /socket hang up|ECONNRESET/ : /^ECONNRESET$/);
  });

  it("and when there is no connection", async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const ended = run(client, 0, undefined, `http://127.0.0.1:${port}/`);
    await expect(ended).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(received).toEqual([]);
  });

  it(`another mch_id ${client === tenpay ? "is replaced" : "is refused"}`, async () => {
    const put = (code: string) =>
      code.replace("out_trade_no", 'mch_id: "1",\n out_trade_no').replace(/mch_id: "19\d+",/, "");
    answer = accepted();
    if (client === plugin) return expect(await failure(answer, put)).toBe("ERR_ASSERTION");
    await run(client, 0, put);
    expect(received[0]?.fields["mch_id"]).toBe(merchant.mchId);
  });
});

it("tenpay answers a notice that it cannot read with its error's message", async () => {
  const { routes } = await run(tenpay, 2);
  let sent = "";
  const res = { header: () => undefined, send: (text: string) => void (sent = text) };
  await routes[0]?.({ body: "<xml>" }, res, () => undefined);
  expect(sent).toMatch(/FAIL.*XMLDataError/s);
});

it("tenpay sends its refund_url as notify_url", async () => {
  answer = accepted();
  const withUrl = { ...tenpay, toLoopback: `${tenpay.toLoopback} api.refund_url = "https://example.com/refund";` };
  await run(withUrl, 0);
  expect(received[0]?.fields["notify_url"]).toBe("https://example.com/refund");
});

it("the axios plugin has no time limit of its own, and its result holds err_code", async () => {
  answer = Replies.rejected(merchant, "NOTENOUGH", "");
  const error = (await run(plugin, 0).catch((cause: unknown) => cause)) as {
    readonly response: { readonly data: { readonly err_code: string } };
    readonly config: { readonly timeout?: number };
  };
  expect(error.response.data.err_code).toBe("NOTENOUGH");
  expect(error.config.timeout ?? 0).toBe(0);
});
