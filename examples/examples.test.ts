/** Runs every example as a reader would, in a process of its own, and checks what it prints. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@effect/vitest";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Effect } from "effect";

const here = import.meta.dirname;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example with no more of this environment than a process needs. */
const run = (file: string, args: ReadonlyArray<string> = [], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = {
      cwd: here,
      env: { PATH: process.env["PATH"], NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"], ...env },
      timeout: 110_000,
    };
    const child = execFile(process.execPath, [file, ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });

const said = (stdout: string): ReadonlyArray<string> => stdout.trimEnd().split("\n");

/** The lines that are the example's own, without those of the log. */
const own = ({ stdout }: Ended): ReadonlyArray<string> => said(stdout).filter((line) => !/^(?:\[|\}| {2}')/.test(line));

const stories: Record<string, ReadonlyArray<string | RegExp>> = {
  "01-refund-simulator.ts": [/^accepted: 503\d{26}, 30 fen of 100$/, "SUCCESS: 支付用户零钱"],
  "04-pure-core.ts": [
    "appid=wx8888888888888888&mch_id=1900000109&nonce_str=5K8264ILTKCH16CQ2502SI8ZNMTM67VS&out_refund_no=R-2026-0001&out_trade_no=T-2026-0001&refund_fee=30&total_fee=100&key=<redacted>",
    /^<xml><appid>.*<sign>9FF4B0CC81CB48F4CCD5E7AC664AA4F3<\/sign><\/xml>$/,
    "POST https://api.mch.weixin.qq.com/secapi/pay/refund",
    /^InvalidRequest: .*out_refund_no.*refund_fee.*\[not-accepted, fix-request\]$/,
    "ProtocolRejected: refund R-2026-0001: return_code FAIL: 签名错误 [not-accepted, fix-account]",
  ],
  "05-unknown-outcome.ts": [
    /^reply lost: Accepted after [1-4] sends, refunds at the gateway: 1$/,
    /^never arrived, twice: Accepted after [1-4] sends, refunds at the gateway: 1$/,
    /^SYSTEMERROR though accepted, and a query that fails too: Accepted after [1-4] sends, refunds at the gateway: 1$/,
    /^SYSTEMERROR and not accepted: Accepted after [1-4] sends, refunds at the gateway: 1$/,
    /^a proxy's page instead of the reply: Accepted after [1-4] sends, refunds at the gateway: 1$/,
    "no money left: NotMade after 1 sends, refunds at the gateway: 0",
  ],
  "06-notice.ts": [
    "  no-req-info",
    "not a notice: refused",
    "  json",
    "a notice of APIv3: refused",
    "  R-1: PROCESSING → SUCCESS",
    "a notice of success: acknowledged",
    "the same again: acknowledged",
    "an older one, too late: acknowledged",
    "  R-9 is not ours: for a person to look at",
    "somebody else's refund: acknowledged",
  ],
  "07-service-provider.ts": [
    /^1900000201: accepted as \d+$/,
    /^1900000202: accepted as \d+$/,
    /^1900000999: Rejected: .*MCHID_NOT_EXIST/,
  ],
  "08-promise-facade.ts": [
    /^accepted: \d+$/,
    "now: PROCESSING",
    /^not-by-this-call, query-first: Rejected: refund R-2: ERROR/,
  ],
  "09-key-rotation.ts": [
    "the new key alone: reply UntrustedReply, notice BadNotice",
    "the new key, and the old one for a while: reply accepted, notice opened with the previous key",
  ],
  "17-apiv3.ts": [
    "accepted through v3: 50300000000000000000000000001, PROCESSING",
    "confirmed: SUCCESS",
    "Rejected: refundquery R-2026-0002: RESOURCE_NOT_EXISTS 退款单不存在 [resend-same]",
    "a notice of APIv3: SUCCESS, EV-1",
    "a notice of APIv2: SUCCESS, a hint",
    "the same, its signature stripped: BadNotice",
  ],
  "13-several-merchants.ts": [
    "shop: Accepted, of the order 4200",
    "branch-1: Accepted, of the order 4210",
    "branch-2: Accepted, of the order 4211",
    "a notice to branch-1: R-1 SUCCESS",
    "the same to branch-2: BadNotice",
  ],
  "12-batch-from-a-database.ts": ["Accepted: 25", "refunds at the gateway: 25"],
  "14-durable-refunds.ts": [
    "out of stock, it seems: the refund is not recorded",
    "recorded: R-1, Recorded",
    /^refund R-1 was recorded with other fields \(refundFee\): nothing is sent\./,
    "event 2: R-1 is Accepted",
    "R-1: Succeeded",
    "  1 recorded",
    "  2 send: begun",
    "  3 send: accepted",
    "  4 goOn",
    "  5 ask: found",
    "refunds at the gateway: 1",
  ],
  "16-workflow-bridge.ts": [
    "accepted; the workflow sleeps",
    "the workflow goes on: R-1 is Succeeded",
    "the workflow ended with Succeeded",
  ],
  "18-bill.ts": [
    "matched R-1: nothing",
    /^amount-differs R-2: ask for it by a signed query, and book what that says/,
    /^elsewhere 1900000109\d{18}: book it/,
    /^only-here R-3: ask for it by a signed query/,
    "CNY: ours 3 of 65 fen, theirs 3 of 150 fen",
    "the books do not agree",
  ],
};

const elsewhere = [
  "02-real-merchant.ts",
  "03-swap-transport.test.ts",
  "10-own-transport.test.ts",
  "11-refund-service.ts",
  // Where there is a PostgreSQL, by the tests of packages/durable.
  "15-several-processes.ts",
  // By webhook-receiver.test.ts.
  "19-webhook-receiver.ts",
];

it("every example is run, and says what it is, what it needs and how to run it", () => {
  const files = readdirSync(here).filter((name) => /^\d\d-/.test(name));
  expect(files.toSorted()).toEqual([...Object.keys(stories), ...elsewhere].toSorted());
  for (const name of files) {
    const text = readFileSync(join(here, name), "utf8");
    expect(text, name).toMatch(/^\/\*\*\n \* \S.*\n[\s\S]*?\n \* Needs: {1,2}\S.*\n/);
    expect(text, name).toMatch(
      new RegExp(`\\n \\* Run: {3}npx --yes pnpm@12 .*${name.replace(/\.test\.ts$|\.ts$/, "")}`),
    );
  }
});

describe.concurrent("alone", () => {
  for (const [name, lines] of Object.entries(stories)) {
    it(name, async () => {
      const ended = await run(name);
      expect(ended.stderr).toBe("");
      expect(own(ended)).toEqual(lines.map((line) => (typeof line === "string" ? line : expect.stringMatching(line))));
      expect(ended.code).toBe(0);
    });
  }
});

describe("02-real-merchant.ts", () => {
  const apiKey = "TestKey0000000000000000000000001";
  const identity = { WECHAT_PAY_APP_ID: "wx8888888888888888", WECHAT_PAY_MCH_ID: "1900000109" };
  const make = Effect.gen(function* () {
    const directory = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "example-"))),
      (made) => Effect.sync(() => rmSync(made, { recursive: true })),
    );
    const gateway = Gateway.make({
      merchants: [{ appId: identity.WECHAT_PAY_APP_ID, mchId: identity.WECHAT_PAY_MCH_ID, apiKey }],
      orders: [{ mchId: "1900000109", transactionId: "42", outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() }],
    });
    const { url, caPem, merchantCertificate } = yield* Server.make(gateway);
    const file = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(directory, name), content, { mode: 0o600 });
      return join(directory, name);
    };
    const pem = {
      WECHAT_PAY_CERT_FILE: file("apiclient_cert.pem", merchantCertificate.certificatePem),
      WECHAT_PAY_KEY_FILE: file("apiclient_key.pem", merchantCertificate.privateKeyPem),
    };
    const p12 = { WECHAT_PAY_P12_FILE: file("apiclient_cert.p12", merchantCertificate.pkcs12("1900000109", "rc2-40")) };
    const env = {
      ...identity,
      WECHAT_PAY_API_KEY: apiKey,
      WECHAT_PAY_ENDPOINT: url,
      WECHAT_PAY_CA_FILE: file("ca.pem", caPem),
    };
    const refund = (outRefundNo: string, more: Record<string, string>) =>
      Effect.promise(() => run("02-real-merchant.ts", ["T-1", outRefundNo, "100", "30"], { ...env, ...more }));
    return { gateway, pem, p12, refund };
  });

  it.live("refunds with a PEM pair and with an old .p12", () =>
    Effect.gen(function* () {
      const { gateway, p12, pem, refund } = yield* make;
      for (const [outRefundNo, files] of [
        ["R-1", pem],
        ["R-2", p12],
      ] as const) {
        const ended = yield* refund(outRefundNo, files);
        expect(ended).toMatchObject({ code: 0, stderr: "" });
        expect(own(ended)).toEqual([expect.stringMatching(/^accepted, not yet refunded: \d+$/), "now: PROCESSING"]);
      }
      expect([...gateway.ledger.rows()].map(({ outRefundNo }) => outRefundNo)).toEqual(["R-1", "R-2"]);
    }),
  );

  it.live("fails with one line to act on, and refunds nothing", () =>
    Effect.gen(function* () {
      const { gateway, pem, refund } = yield* make;
      const wrongKey = yield* refund("R-1", { ...pem, WECHAT_PAY_API_KEY: "TestKey0000000000000000000000009" });
      expect(wrongKey).toMatchObject({ code: 1, stderr: "not-accepted: fix-account\n" });
      expect(wrongKey.stdout).toContain("ProtocolRejected: refund R-1: return_code FAIL: 签名错误");
      const noCertificate = yield* refund("R-1", {});
      expect(noCertificate.code).toBe(1);
      expect(noCertificate.stdout).toContain("WECHAT_PAY_P12_FILE");
      expect([...gateway.ledger.rows()]).toEqual([]);
    }),
  );
});
