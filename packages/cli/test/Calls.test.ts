import { Fault } from "@wechat-refund/simulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { document, type Options, run, start } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let running: Gateway.Running;
beforeEach(async () => void (running = await Gateway.start()));
afterEach(() => running.stop());

/** Runs the command and makes sure that nothing secret is in what it prints, the signatures on the wire included. */
const call = async (args: ReadonlyArray<string>, env: Options["env"] = Gateway.pem) => {
  const ran = await run(args, { env });
  const signatures = running.gateway.log
    .entries()
    .flatMap(({ reply, request }) => [request, reply.body])
    .flatMap((body) => /<sign>(?:<!\[CDATA\[)?([0-9A-F]+)/.exec(new TextDecoder().decode(body))?.[1] ?? []);
  for (const secret of [...Gateway.secrets, ...signatures]) expect(ran.stdout + ran.stderr).not.toContain(secret);
  return ran;
};

const numbers = ["--out-trade-no", Gateway.order.outTradeNo, "--out-refund-no", "R-1"];
const amounts = ["--total-fee", "100", "--refund-fee", "60"];
const refund = (...more: ReadonlyArray<string>) => [
  "refund",
  ...numbers,
  ...amounts,
  "--endpoint",
  running.url,
  ...more,
];
const query = (...more: ReadonlyArray<string>) => ["query", "--endpoint", running.url, ...more];
const nextOf = (text: string) => /^next +(.*)$/m.exec(text)?.[1] ?? "";
const size = () => running.gateway.ledger.size();

describe("the environment", () => {
  const { certificatePem, privateKeyPem, pkcs12 } = Gateway.identities.merchantA;
  const { WECHAT_PAY_CA_FILE: _, ...noFiles } = Gateway.bare;
  const texts = { ...noFiles, WECHAT_PAY_CA: Gateway.identities.ca.replaceAll("\n", String.raw`\n`) };

  it("may hold the certificate as text", async () => {
    const pem = { WECHAT_PAY_CERT: certificatePem.replaceAll("\n", " "), WECHAT_PAY_KEY: privateKeyPem };
    expect(await call(refund(), { ...texts, ...pem })).toMatchObject({ code: 0, stderr: "" });
    const p12 = Buffer.from(pkcs12(Gateway.passphrase)).toString("base64");
    const single = { WECHAT_PAY_P12_BASE64: p12, WECHAT_PAY_P12_PASSPHRASE: Gateway.passphrase };
    expect(await call(query("--out-refund-no", "R-1"), { ...texts, ...single })).toMatchObject({ code: 0, stderr: "" });
  });

  it("names another gateway in vain where the flag names one", async () => {
    const elsewhere = { ...Gateway.pem, WECHAT_PAY_ENDPOINT: "https://127.0.0.1:1" };
    expect(await call(refund(), elsewhere)).toMatchObject({ code: 0, stderr: "" });
    expect(size()).toBe(1);
  });

  it("is told by name that it holds a key in place of a path", async () => {
    const ran = await call(refund(), { ...Gateway.pem, WECHAT_PAY_KEY_FILE: privateKeyPem });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(/^CertificateError: WECHAT_PAY_KEY_FILE: It holds the thing itself.*WECHAT_PAY_KEY\.$/m);
    expect(size()).toBe(0);
  });
});

describe.each(["node-https", "undici"])("over %s", (adapter) => {
  it("refunds and finds the refund, in words", async () => {
    const accepted = await call(refund("--adapter", adapter));
    expect(accepted).toMatchObject({ code: 0, stderr: "" });
    expect(accepted.stdout).toMatch(/^accepted: /);
    expect(accepted.stdout).toMatch(/^out_refund_no +R-1$/m);
    expect(accepted.stdout).toMatch(/^refund_fee +60 fen \(0\.60 CNY\)$/m);
    expect(nextOf(accepted.stdout)).toBe(`wechat-refund query --out-refund-no 'R-1' --endpoint '${running.url}'`);
    const found = await call(query("--adapter", adapter, "--out-refund-no", "R-1"));
    expect(found).toMatchObject({ code: 0, stderr: "" });
    expect(found.stdout).toMatch(/^refund_status +SUCCESS: the money went back$/m);
  });

  it("refunds and finds the refund, as JSON", async () => {
    const accepted = await call(refund("--adapter", adapter, "--json", "--sign-type", "MD5"), Gateway.p12);
    expect(accepted).toMatchObject({ code: 0, stderr: "" });
    expect(document(accepted.stdout)).toMatchObject({
      ok: true,
      value: { outRefundNo: "R-1", refundFee: 60, totalFee: 100 },
    });
    const found = await call(query("--adapter", adapter, "--json", "--out-trade-no", Gateway.order.outTradeNo));
    expect(document(found.stdout)).toMatchObject({
      ok: true,
      value: {
        records: [{ outRefundNo: "R-1", refundStatus: "SUCCESS", refundSuccessTime: expect.stringMatching(/Z$/) }],
      },
    });
    expect(found).toMatchObject({ code: 0, stderr: "" });
  });

  it("ends with 3 and says that money may move when the reply is lost", async () => {
    running.gateway.faults.push(Fault.LoseReply({ on: "refund" }));
    const lost = await call(refund("--adapter", adapter));
    expect(lost).toMatchObject({ code: 3, stdout: "" });
    expect(lost.stderr).toMatch(/^refund failed: TransportFailed: ConnectionLost: /);
    expect(lost.stderr).toMatch(/^outcome +unknown: .*money may move$/m);
    expect(nextOf(lost.stderr)).toBe(`wechat-refund query --out-refund-no 'R-1' --endpoint '${running.url}'`);
    expect(size()).toBe(1);
  });

  it("ends with 1 when nothing was sent, for nobody listens", async () => {
    await running.stop();
    const gone = await call(refund("--adapter", adapter));
    expect(gone).toMatchObject({ code: 1, stdout: "" });
    expect(gone.stderr).toMatch(/^refund failed: TransportFailed: Unreachable: .*ECONNREFUSED/);
    expect(gone.stderr).toMatch(/^outcome +not-accepted: /m);
  });
});

describe("refund", () => {
  it("sends the fields of the 2015 form and every other", async () => {
    const more = {
      "--refund-fee-type": "CNY",
      "--refund-desc": "商品已售完",
      "--refund-account": "REFUND_SOURCE_RECHARGE_FUNDS",
      "--notify-url": "https://shop.example/notify",
      "--op-user-id": "operator-1",
      "--device-info": "013467007045764",
    };
    expect(await call(refund(...Object.entries(more).flat()))).toMatchObject({ code: 0 });
    const sent = new TextDecoder().decode(running.gateway.log.entries()[0]?.request);
    for (const value of Object.values(more)) expect(sent).toContain(value);
  });

  it("is not made without a number, and never makes one", async () => {
    const ran = await call(["refund", "--out-trade-no", "ORDER-1", ...amounts, "--endpoint", running.url]);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("--out-refund-no") });
    expect(running.gateway.log.total()).toBe(0);
  });

  it.each(["1.5", "-1", "0", "01", "1e2", "+1", " 1", "", "１２", "NaN", "9007199254740993"])(
    "refuses the amount %j on the command line",
    async (amount) => {
      const args = ["refund", ...numbers, "--total-fee", "100", `--refund-fee=${amount}`, "--endpoint", running.url];
      expect(await run(args)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("--refund-fee"),
      });
      expect(running.gateway.log.total()).toBe(0);
    },
  );

  it("is refused here when it is more than the order", async () => {
    const args = ["refund", ...numbers, "--total-fee", "100", "--refund-fee", "101", "--endpoint", running.url];
    const ran = await call([...args, "--json"]);
    expect(document(ran.stdout)).toMatchObject({
      ok: false,
      error: { reason: "InvalidRequest", outcome: "not-accepted", advice: "fix-request" },
    });
    expect(ran.code).toBe(2);
    expect(running.gateway.log.total()).toBe(0);
  });

  it("names the order exactly once", async () => {
    for (const order of [[], ["--transaction-id", Gateway.order.transactionId, "--out-trade-no", "ORDER-1"]]) {
      const ran = await call(["refund", ...order, "--out-refund-no", "R-1", ...amounts, "--endpoint", running.url]);
      expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("order") });
    }
    expect(running.gateway.log.total()).toBe(0);
  });

  it("says what the gateway refuses and what to do", async () => {
    const ran = await call(refund(), { ...Gateway.pem, WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" });
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toMatch(/^refund failed: ProtocolRejected: .*签名错误$/m);
    expect(ran.stderr).toMatch(/^outcome +not-accepted: /m);
    expect(ran.stderr).toMatch(/^advice +fix-account: /m);
    expect(ran.stderr).not.toContain("0123456789abcdef");
  });

  it("ends with 3 when an unknown code comes back", async () => {
    running.gateway.faults.push(Fault.Refuse({ errCode: "SOMETHING_NEW", accepted: true }));
    const ran = await call(refund("--json"));
    expect(document(ran.stdout)).toMatchObject({
      error: { reason: "Rejected", outcome: "unknown", advice: "query-first" },
    });
    expect(ran.code).toBe(3);
  });

  it.each(["-R-1", "-1", "R|*@_1"])("says by which command to ask for %s", async (number) => {
    const asked = ["refund", "--out-trade-no", Gateway.order.outTradeNo, `--out-refund-no=${number}`, ...amounts];
    const { stdout } = await call([...asked, "--endpoint", running.url]);
    const [, ...args] = nextOf(stdout).split(" ");
    expect(await call(args.map((arg) => arg.replaceAll("'", "")))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(number),
    });
  });

  it("prints no command that cannot be given, for a number that may be a key", async () => {
    const number = "9kQ2xV7bT4mZ0pL6cR1sW8yD3fG5hJaN";
    const asked = ["refund", "--out-trade-no", Gateway.order.outTradeNo, "--out-refund-no", number, ...amounts];
    expect(nextOf((await call(asked, { ...Gateway.pem, WECHAT_PAY_ENDPOINT: running.url })).stdout)).toBe(
      "wechat-refund query, with the --out-refund-no of this call",
    );
  });

  it("sends one request, whatever comes back", async () => {
    running.gateway.faults.push(Fault.Refuse({ errCode: "SYSTEMERROR", accepted: false }));
    await call(refund());
    expect(running.gateway.log.total()).toBe(1);
  });

  it.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const)(
    "says that money may move when it is ended with %s",
    async (signal) => {
      running.gateway.faults.push(Fault.Delay({ on: "refund", part: "reply", millis: 600_000 }));
      const child = start(refund(), { env: Gateway.pem });
      let errors = "";
      child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
      await expect.poll(() => running.gateway.log.total(), { timeout: 45_000, interval: 10 }).toBe(1);
      child.kill(signal);
      await new Promise((resolve) => child.on("close", resolve));
      expect(child.exitCode).toBe(130);
      expect(errors).toMatch(/^Interrupted: .*money may move.* --out-refund-no 'R-1' --endpoint '.*'\n$/);
    },
  );
});

it("ends with 3 when it breaks down, without the text of whatever broke", async () => {
  const breaking = `import crypto, { createHmac } from "node:crypto"; import { syncBuiltinESMExports } from "node:module";
    crypto.createHmac = () => { throw new RangeError("TOP" + "SECRET"); }; syncBuiltinESMExports();`;
  const env = { ...Gateway.pem, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(breaking)}` };
  const ran = await call(refund("--json"), env);
  expect(ran).toMatchObject({ code: 3, stdout: "" });
  expect(ran.stderr).toMatch(/^This is a bug in wechat-refund: RangeError\n +at /);
  expect(ran.stderr).toMatch(/\nIf it was a refund, its outcome is unknown: query it first\.\n$/);
  expect(ran.stderr).not.toContain("TOPSECRET");
});

describe("query", () => {
  it("needs no certificate", async () => {
    await call(refund());
    for (const flag of [
      ["--refund-id", [...running.gateway.ledger.rows()][0]?.refundId ?? ""],
      ["--transaction-id", Gateway.order.transactionId],
    ]) {
      const found = await call(query(...flag), Gateway.bare);
      expect(found).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("R-1") });
    }
  });

  it("proves nothing when it finds nothing", async () => {
    const ran = await call(query("--out-refund-no", "R-9"));
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr).toMatch(/^query failed: Rejected: REFUNDNOTEXIST/);
    expect(ran.stderr).toContain("says nothing about the refund");
  });

  it("asks for exactly one number", async () => {
    for (const flags of [[], ["--out-refund-no", "R-1", "--refund-id", "1"]]) {
      expect(await call(query(...flags))).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringContaining("exactly one"),
      });
    }
  });
});

it("colours the state for a terminal, unless NO_COLOR is set", async () => {
  const coloured = await call(refund(), { ...Gateway.pem, FORCE_COLOR: "1" });
  expect(coloured.stdout.startsWith("\u001b[32maccepted\u001b[39m: ")).toBe(true);
  const found = await call(query("--out-refund-no", "R-1"), { ...Gateway.pem, FORCE_COLOR: "1" });
  expect(found.stdout).toContain("\u001b[32mSUCCESS\u001b[39m: the money went back");
  expect((await call(refund(), { ...Gateway.pem, NO_COLOR: "1" })).stdout.startsWith("accepted: ")).toBe(true);
});

describe("the environment", () => {
  it.each([
    ["WECHAT_PAY_MCH_ID", ""],
    ["WECHAT_PAY_API_KEY", "tooshort"],
    ["WECHAT_PAY_CERT_FILE", "/nowhere/apiclient_cert.pem"],
    ["WECHAT_PAY_SIGN_TYPE", "SHA1"],
    ["WECHAT_PAY_CONNECT_TIMEOUT", "soon"],
  ])("is refused before anything is sent: %s=%s", async (name, value) => {
    const env = { ...Gateway.pem, [name]: value };
    const ran = await call(refund("--json"), env);
    expect(document(ran.stdout)).toMatchObject({
      ok: false,
      error: { outcome: "not-accepted", advice: "fix-account" },
    });
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).not.toContain("tooshort");
    expect(ran.stderr).toMatch(/^\S+: [^\n]+\n$/);
    expect(running.gateway.log.total()).toBe(0);
  });

  it("must name a certificate for a refund", async () => {
    const ran = await call(refund(), Gateway.bare);
    expect(ran).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("WECHAT_PAY_P12_FILE") });
  });
});

it("goes to the real host unless told otherwise", async () => {
  const lookup = `import dns from "node:dns"; dns.lookup = (host, _, done) => {
    console.error("lookup " + host);
    process.nextTick(done, Object.assign(new Error("none"), { code: "ENOTFOUND", syscall: "getaddrinfo" }));
  };`;
  const env = { ...Gateway.pem, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(lookup)}` };
  for (const args of [
    ["refund", ...numbers, ...amounts],
    ["query", "--out-refund-no", "R-1"],
  ]) {
    const ran = await call(args, env);
    expect(ran.stderr).toMatch(/^lookup api\.mch\.weixin\.qq\.com$/m);
    expect(ran.stderr).toContain("Unreachable");
    expect(ran.code).toBe(args[0] === "refund" ? 1 : 3);
  }
});

it.each(["http://127.0.0.1", "127.0.0.1", "https://user:TOPSECRET@127.0.0.1"])(
  "refuses the endpoint %s",
  async (endpoint) => {
    const ran = await run(["query", "--out-refund-no", "R-1", "--endpoint", endpoint]);
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).not.toContain("TOPSECRET");
  },
);
