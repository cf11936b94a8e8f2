import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Fault } from "@wechat-refund/simulator";
import { ScriptedProxy } from "@wechat-refund/testkit";
import { Effect } from "effect";
import { afterEach, describe, expect, it } from "vitest";
import { document, type Options, run } from "./support/bin.ts";
import * as Gateway from "./support/gateway.ts";

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

type Start = Parameters<typeof Gateway.start>[1];
type Env = NonNullable<Options["env"]>;

interface Report {
  readonly ok: boolean;
  readonly checks: ReadonlyArray<{
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly remedy?: string;
  }>;
}

const doctor = async (url: string, env: Env) => {
  const ran = await run(["doctor", "--json", "--endpoint", url], { env });
  for (const secret of Gateway.secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);
  const report = document(ran.stdout) as Report;
  expect(ran.code).toBe(report.ok ? 0 : 1);
  expect(ran.stderr).toBe("");
  return report;
};

const preload = (code: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` });
/** A machine whose clock is wrong by so many minutes. */
const clock = (minutes: number) =>
  preload(`const real = Date; const ahead = ${minutes * 60_000};
    globalThis.Date = class extends real {
      constructor(...given) { if (given.length === 0) super(real.now() + ahead); else super(...given); }
      static now() { return real.now() + ahead; }
    };`);
const noDns = preload(`import dns from "node:dns"; dns.lookup = (host, options, done) => {
  process.nextTick(done, Object.assign(new Error("none"), { code: "ENOTFOUND", syscall: "getaddrinfo" }));
};`);

const { identities, pem } = Gateway;
const without = (...names: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(pem).filter(([name]) => !names.includes(name)));

describe("a set-up that is broken", () => {
  it.each<[name: string, check: string, words: RegExp, env: () => Env, start?: () => Start]>([
    ["no app id", "settings", /not set: WECHAT_PAY_APP_ID/, () => without("WECHAT_PAY_APP_ID")],
    [
      "a merchant number with a blank",
      "settings",
      /mchId must be/,
      () => ({ ...pem, WECHAT_PAY_MCH_ID: "1900000109 " }),
    ],
    [
      "a key in place of its path",
      "certificate",
      /WECHAT_PAY_KEY_FILE: It holds the thing itself/,
      () => ({ ...pem, WECHAT_PAY_KEY_FILE: identities.merchantA.privateKeyPem }),
    ],
    ["an algorithm that there is not", "settings", /MD5/, () => ({ ...pem, WECHAT_PAY_SIGN_TYPE: "SHA1" })],
    ["no key", "API key", /not set: WECHAT_PAY_API_KEY/, () => without("WECHAT_PAY_API_KEY")],
    ["a key with a line end", "API key", /white space/, () => ({ ...pem, WECHAT_PAY_API_KEY: `${Gateway.apiKey}\n` })],
    ["a key cut short", "API key", /it is 31 long/, () => ({ ...pem, WECHAT_PAY_API_KEY: Gateway.apiKey.slice(1) })],
    [
      "another merchant's key",
      "signature accepted",
      /签名错误.*APIv2 key of this merchant/,
      () => ({ ...pem, WECHAT_PAY_API_KEY: "0123456789abcdef0123456789abcdef" }),
    ],
    [
      "replies under a new key",
      "signature accepted",
      /signature is wrong.*WECHAT_PAY_PREVIOUS_API_KEY/,
      () => pem,
      () => ({
        merchant: {
          apiKey: Gateway.apiKey,
          previousApiKey: "0123456789abcdef0123456789abcdef",
          repliesSignedWith: "previousApiKey",
        },
      }),
    ],
    [
      "another app",
      "signature accepted",
      /WECHAT_PAY_APP_ID/,
      () => ({ ...pem, WECHAT_PAY_APP_ID: "wx0000000000000000" }),
    ],
    [
      "an address that is not allowed",
      "signature accepted",
      /NOAUTH.*IP address/,
      () => pem,
      () => ({ merchant: { allowedAddresses: ["192.0.2.1"] } }),
    ],
    [
      "no certificate",
      "certificate",
      /No certificate is configured/,
      () => without("WECHAT_PAY_CERT_FILE", "WECHAT_PAY_KEY_FILE"),
    ],
    ["half a certificate", "certificate", /set both/, () => without("WECHAT_PAY_KEY_FILE")],
    [
      "a file that is not there",
      "certificate",
      /no such file/,
      () => ({ ...pem, WECHAT_PAY_CERT_FILE: "/nowhere/apiclient_cert.pem" }),
    ],
    [
      "key and certificate swapped",
      "certificate",
      /swapped/,
      () => ({
        ...pem,
        WECHAT_PAY_CERT_FILE: pem["WECHAT_PAY_KEY_FILE"] ?? "",
        WECHAT_PAY_KEY_FILE: pem["WECHAT_PAY_CERT_FILE"] ?? "",
      }),
    ],
    [
      "the key of another certificate",
      "certificate",
      /belongs to another certificate/,
      () => ({ ...pem, WECHAT_PAY_KEY_FILE: Gateway.pair("b", identities.merchantB).WECHAT_PAY_KEY_FILE }),
    ],
    [
      "another merchant's certificate",
      "certificate",
      /another merchant.*1900000110/,
      () => ({ ...pem, ...Gateway.pair("b", identities.merchantB) }),
    ],
    [
      "an expired certificate",
      "certificate",
      /no longer valid/,
      () => ({ ...pem, ...Gateway.pair("expired", identities.merchantExpired) }),
    ],
    [
      "the wrong passphrase",
      "certificate",
      /passphrase does not open/,
      () => ({ ...Gateway.p12, WECHAT_PAY_P12_PASSPHRASE: "wrong" }),
    ],
    [
      "a certificate that WeChat Pay did not issue",
      "certificate accepted",
      /certificate was refused/,
      () => ({ ...pem, ...Gateway.pair("stranger", identities.stranger) }),
    ],
    [
      "the same, and a gateway that closes without a word",
      "certificate accepted",
      /closed without a word.*refuses a certificate install the merchant's current API certificate/,
      () => ({ ...pem, ...Gateway.pair("stranger", identities.stranger) }),
      () => ({ badCertificate: "silence" }),
    ],
    [
      "an authority's file that is none",
      "connection settings",
      /authority/,
      () => ({ ...pem, WECHAT_PAY_CA_FILE: Gateway.file("none.pem", "none") }),
    ],
    [
      "a server nobody trusts",
      "host: TLS",
      /not signed by a trusted authority.*WECHAT_PAY_CA_FILE/,
      () => without("WECHAT_PAY_CA_FILE"),
    ],
    [
      "a server of another name",
      "host: TLS",
      /another host name/,
      () => pem,
      () => ({ server: identities.serverWrongName }),
    ],
    [
      "a server whose certificate has expired",
      "host: TLS",
      /has expired/,
      () => pem,
      () => ({ server: identities.serverExpired }),
    ],
    // The host says its time in whole seconds.
    ["a clock behind", "clock", /(?:599|600|601) s behind/, () => ({ ...pem, ...clock(-10) })],
    ["a clock ahead", "clock", /(?:599|600|601) s ahead/, () => ({ ...pem, ...clock(10) })],
    ["a name that does not resolve", "host: DNS", /does not resolve/, () => ({ ...pem, ...noDns })],
  ])("%s", async (_, check, words, env, options) => {
    const running = await Gateway.start(undefined, options?.());
    stop = running.stop;
    const { checks } = await doctor(running.url.replace("127.0.0.1", "localhost"), env());
    const wrong = checks.filter(({ status }) => status === "wrong");
    expect(wrong.map(({ name }) => name)).toEqual([check]);
    expect(`${wrong[0]?.detail} ${wrong[0]?.remedy}`).toMatch(words);
    expect(running.gateway.ledger.size()).toBe(0);
  });

  it("a certificate that is refused without a word, in both languages and over both adapters", async () => {
    const running = await Gateway.start(undefined, { badCertificate: "silence" });
    stop = running.stop;
    const env = { ...pem, ...Gateway.pair("stranger", identities.stranger) };
    for (const adapter of ["node-https", "undici"]) {
      const said = await run(["doctor", "--adapter", adapter, "--endpoint", running.url], { env });
      expect(said.code).toBe(1);
      expect(said.stdout).toMatch(/^✗ certificate accepted: the connection was closed without a word/m);
      expect(said.stdout).toMatch(/^ {4}→ install the merchant's current API certificate \(API证书\)/m);
      expect(said.stdout).toMatch(/^✓ signature accepted/m);
    }
    const chinese = await run(["doctor", "--lang", "zh", "--endpoint", running.url], { env });
    expect(chinese.stdout).toMatch(
      /^✗ 证书被接受：连接被直接断开，没有任何应答.*\n {4}→ 请安装该商户当前有效的 API证书/m,
    );
    expect(running.gateway.ledger.size()).toBe(0);
  });

  it("another answer than the gateway's is not the certificate's fault", async () => {
    const running = await Gateway.start();
    stop = running.stop;
    const who: ReadonlyArray<readonly [status: number, remedy: string]> = [
      [403, "a firewall or proxy on the way"],
      [404, "this host does not know the address of refunds"],
      [502, "a proxy answers that it does not reach the gateway"],
      [200, "a page answers in the gateway's place, such as the login page of a network"],
      [302, "a page answers in the gateway's place"],
      [418, "see who answers"],
    ];
    for (const [status, remedy] of who) {
      const answer = (on: "refund" | "query") =>
        Fault.Replace({ on, status, body: "<html><body>log in first</body></html>", reached: false });
      running.gateway.faults.push(answer("refund"), answer("query"));
      const { checks } = await doctor(running.url, pem);
      const wrong = checks.filter(({ status }) => status === "wrong");
      const said = { remedy: expect.stringMatching(new RegExp(`^${remedy}`)) };
      expect(wrong).toMatchObject([
        { name: "certificate accepted", ...said },
        { name: "signature accepted", ...said },
      ]);
    }
  });

  it("a text about the certificate is its fault, also without a signature", async () => {
    const running = await Gateway.start();
    stop = running.stop;
    const body = "<xml><return_code>FAIL</return_code><return_msg>certificate not match</return_msg></xml>";
    running.gateway.faults.push(Fault.Replace({ on: "refund", status: 200, body, reached: false }));
    const { checks } = await doctor(running.url, pem);
    expect(checks.filter(({ status }) => status === "wrong")).toMatchObject([
      { name: "certificate accepted", detail: "certificate not match", remedy: expect.stringContaining("API证书") },
    ]);
  });

  it("nobody listening, and something that does not speak TLS", async () => {
    const server = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const wrongOf = async () => {
      const { checks } = await doctor(`https://127.0.0.1:${port}`, pem);
      return checks.filter(({ status }) => status === "wrong").map(({ detail, name }) => `${name}: ${detail}`);
    };
    expect(await wrongOf()).toEqual([
      expect.stringMatching(/^host: TLS: HandshakeFailed: the server does not speak TLS/),
    ]);
    await new Promise((resolve) => server.close(resolve));
    expect(await wrongOf()).toEqual([expect.stringMatching(/^host: TLS: Unreachable: nothing listens/)]);
  });
});

describe("a set-up that is right", () => {
  it.each([
    ["PEM", Gateway.pem, "pem"],
    ["old PKCS#12", Gateway.p12, "old PKCS#12 (RC2-40)"],
  ])("with %s", async (_, env, form) => {
    const running = await Gateway.start();
    stop = running.stop;
    const { checks, ok } = await doctor(running.url, env);
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "settings ok",
      "API key ok",
      "certificate ok",
      "host: DNS ok",
      "host: TLS ok",
      "clock ok",
      "certificate accepted ok",
      "signature accepted ok",
    ]);
    expect(checks[2]?.detail).toContain(form);
    expect(ok).toBe(true);
    expect(running.gateway.ledger.size()).toBe(0);
  });

  it("in words, in both languages", async () => {
    const running = await Gateway.start();
    stop = running.stop;
    const said = await run(["doctor", "--endpoint", running.url], { env: pem });
    expect(said).toMatchObject({ code: 0, stderr: "" });
    expect(said.stdout.match(/^✓ /gm)).toHaveLength(8);
    expect(said.stdout).toMatch(/\nReady for refunds\.\n$/);
    const chinese = await run(["doctor", "--lang", "zh", "--endpoint", running.url], {
      env: { ...pem, WECHAT_PAY_API_KEY: "" },
    });
    expect(chinese.stdout).toMatch(/^✗ API密钥：未设置：WECHAT_PAY_API_KEY\n {4}→ /m);
    expect(chinese.code).toBe(1);
  });
});

it("looks at both hosts of WeChat Pay unless told otherwise", async () => {
  const ran = await run(["doctor", "--json"], { env: { ...pem, ...noDns } });
  const { checks } = document(ran.stdout) as Report;
  expect(
    checks.filter(({ status }) => status === "wrong").map(({ detail, name }) => `${name} ${detail.split(":")[0]}`),
  ).toEqual(["main host: DNS api.mch.weixin.qq.com", "backup host: DNS api2.mch.weixin.qq.com"]);
});

describe("the environment", () => {
  it("names what nobody reads, and what was meant", async () => {
    const running = await Gateway.start();
    stop = running.stop;
    const { checks, ok } = await doctor(running.url, {
      ...pem,
      WECHAT_PAY_CONECT_TIMEOUT: "5 seconds",
      WECHATPAY_SUB_MCHID: "1",
      WECHAT_PAY_NOTIFY_URL: "https://shop.example/notices",
      WECHAT_PAY_EMPTY: "",
      HTTPS_PROXY: "http://proxy.example",
    });
    expect(ok).toBe(false);
    expect(
      checks.flatMap(({ detail, name, remedy, status }) =>
        name === "environment" || name === "proxy" ? [[status, detail, remedy]] : [],
      ),
    ).toEqual([
      ["wrong", "WECHATPAY_SUB_MCHID is read by nobody", "did you mean WECHAT_PAY_SUB_MCH_ID?"],
      ["wrong", "WECHAT_PAY_CONECT_TIMEOUT is read by nobody", "did you mean WECHAT_PAY_CONNECT_TIMEOUT?"],
      ["ok", "WECHAT_PAY_NOTIFY_URL is read by nobody", undefined],
      ["skipped", "HTTPS_PROXY is not read: set WECHAT_PAY_PROXY if WeChat Pay is reached through a proxy", undefined],
    ]);
  });

  it("reaches the gateway through the proxy that is set, and says so without its credentials", async () => {
    const running = await Gateway.start();
    stop = running.stop;
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const proxy = yield* ScriptedProxy.make("tunnel");
          const at = `127.0.0.1:${proxy.port}`;
          const report = yield* Effect.promise(() =>
            doctor(running.url, { ...pem, WECHAT_PAY_PROXY: `http://shop:canary@${at}`, HTTPS_PROXY: "http://other" }),
          );
          expect(report.ok).toBe(true);
          expect(JSON.stringify(report)).not.toContain("canary");
          expect(report.checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
            "settings ok",
            "API key ok",
            "certificate ok",
            "proxy ok",
            "host: DNS skipped",
            "host: TLS ok",
            "clock ok",
            "certificate accepted ok",
            "signature accepted ok",
          ]);
          // One look, and the two calls.
          expect(proxy.requests.map(({ target }) => target)).toEqual(
            Array.from({ length: 3 }, () => new URL(running.url).host),
          );
          const refusing = yield* ScriptedProxy.make({ status: 407, reason: "No" });
          const { checks } = yield* Effect.promise(() =>
            doctor(running.url, { ...pem, WECHAT_PAY_PROXY: `http://127.0.0.1:${refusing.port}` }),
          );
          expect(checks.find(({ status }) => status === "wrong")?.detail).toContain("407");
        }),
      ),
    );
  });
});

it("looks where the flag says, whatever the variable says", async () => {
  const { url, stop: end } = await Gateway.start();
  stop = end;
  expect(await doctor(url, { ...pem, WECHAT_PAY_ENDPOINT: "https://127.0.0.1:1" })).toMatchObject({ ok: true });
});
