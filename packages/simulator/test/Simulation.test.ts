import { execFile, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "@effect/vitest";
import { Effect, Fiber } from "effect";
import { TestConsole } from "effect/testing";
import { describe, expect } from "vitest";
import { GatewayConfig, Simulation } from "@wechat-refund/simulator";
import * as ClientCertificate from "@wechat-refund/mutual-tls/ClientCertificate";
import { body, codeOf, type Fields, read, refundPath } from "./client.ts";
import * as v3 from "./clientV3.ts";
import wire from "./data/wire.json" with { type: "json" };
import { agent, send, until } from "./wire.ts";

const root = join(import.meta.dirname, "..");
const fences = (file: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, file), "utf8").matchAll(/^```\w+\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
const [, inOneLine = "", inTypeScript = ""] = fences("README.md");
const [, inCurl = "", inCurlV3 = "", inPython = ""] = fences("../../docs/simulator.md");

const directory = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "simulation-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true })),
);
const start = Effect.fnUntraced(function* (options: Simulation.Options = {}) {
  return yield* Simulation.make({ directory: yield* directory, ...options });
});

const run = (file: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.callback<string>((resume) => {
    execFile(file, args, { cwd: root, env: { ...process.env, ...env }, timeout: 110_000 }, (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.die(new Error(`${error.message}\n${stdout}${stderr}`))),
    );
  });
const isInstalled = (file: string, asked = "--version") =>
  Effect.callback<boolean>((resume) => {
    execFile(file, [asked], (error) => resume(Effect.succeed(error === null)));
  });

const refund = ({ server, gateway }: Simulation.Running, fields: Fields = {}) => {
  const [{ appId, mchId, apiKey }] = gateway.merchants;
  const all = {
    appid: appId,
    mch_id: mchId,
    nonce_str: "n",
    out_trade_no: "ORDER-1",
    out_refund_no: "R-1",
    total_fee: "100",
    refund_fee: "30",
  };
  return send(server, {
    path: refundPath,
    body: body({ ...all, ...fields }, apiKey),
    agent: agent(server, server.merchantCertificate),
  });
};

describe("a simulation", () => {
  it.live("writes the certificates a client shows and trusts, its secrets for the owner only", () =>
    Effect.gen(function* () {
      const { files, server, environment } = yield* start();
      expect(readFileSync(files.certificate, "utf8")).toBe(server.merchantCertificate.certificatePem);
      expect(readFileSync(files.key, "utf8")).toBe(server.merchantCertificate.privateKeyPem);
      expect(readFileSync(files.ca, "utf8")).toBe(server.caPem);
      expect([files.key, files.pkcs12].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
      const opened = yield* ClientCertificate.fromPkcs12({
        pkcs12: readFileSync(files.pkcs12),
        passphrase: "1900000109",
        expectedOwner: "1900000109",
      });
      expect(opened).toMatchObject({
        owner: "1900000109",
        certificatePem: expect.stringContaining("BEGIN CERTIFICATE"),
      });
      expect(environment).toMatchObject({ WECHAT_PAY_ENDPOINT: server.url, WECHAT_PAY_CERT_FILE: files.certificate });
    }),
  );

  it.live("refunds, and posts the notice to this machine", () =>
    Effect.gen(function* () {
      const running = yield* start({ config: { course: [{ status: "SUCCESS", afterMillis: 0 }] } });
      let posts = 0;
      const merchant = yield* Effect.acquireRelease(
        Effect.callback<Server>((resume) => {
          const server = createServer((_, response) => {
            posts++;
            response.end(wire.acknowledged);
          });
          server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)));
        }),
        (server) =>
          Effect.callback<void>((resume) => {
            server.close(() => resume(Effect.void));
          }),
      );
      const { port } = merchant.address() as AddressInfo;
      const reply = yield* refund(running, { notify_url: `http://127.0.0.1:${port}/` });
      expect(codeOf(reply)).toBe("SUCCESS");
      yield* until(() => running.gateway.notices.all()[0]?.state === "acknowledged");
      expect(posts).toBe(1);
    }),
  );

  it.live("takes a configuration, whole or in part", () =>
    Effect.gen(function* () {
      const merchants = [
        {
          appId: "wx1",
          mchId: "1900000200",
          apiKey: "SimulatorKey00000000000000000002",
          subMerchants: [{ subMchId: "1900000201" }],
        },
      ] as const;
      const own = yield* start({ config: { merchants } });
      expect(own.gateway.ledger.orderCount()).toBe(0);
      expect(own.environment).toMatchObject({ WECHAT_PAY_APP_ID: "wx1", WECHAT_PAY_SUB_MCH_ID: "1900000201" });
      const strict = yield* start({ config: { limits: GatewayConfig.documentedLimits } });
      expect(strict.gateway.ledger.orderCount()).toBe(10);
      const codes = yield* Effect.forEach(Array.from({ length: 8 }), () =>
        Effect.map(refund(strict, { total_fee: "1" }), codeOf),
      );
      expect(codes.slice(-1)).toEqual(["INVALID_REQ_TOO_MUCH"]);
    }),
  );

  it.live(
    "has what a client of APIv3 needs: the certificate's number and key, the APIv3 key, and what replies are checked with",
    () =>
      Effect.gen(function* () {
        const { environment, files, gateway, server } = yield* start();
        const { certificatePem } = server.merchantCertificate;
        expect(environment).toMatchObject({
          WECHAT_PAY_V3_SERIAL_NO: new X509Certificate(certificatePem).serialNumber,
          WECHAT_PAY_V3_PRIVATE_KEY_FILE: files.key,
          WECHAT_PAY_V3_KEY: expect.stringMatching(/^.{32}$/),
          WECHAT_PAY_V3_PUBLIC_KEY_FILE: files.publicKey,
        });
        const publicKey = gateway.platform.publicKey("1900000109");
        expect(environment["WECHAT_PAY_V3_PUBLIC_KEY_ID"]).toBe(publicKey?.id);
        expect(readFileSync(files.publicKey ?? "", "utf8")).toBe(publicKey?.pem);
        const request = { target: `${v3.refundsPath}/R-1`, now: Date.now() };
        const merchant = {
          privateKey: readFileSync(files.key, "utf8"),
          serialNo: environment["WECHAT_PAY_V3_SERIAL_NO"] ?? "",
          headers: { "wechatpay-serial": publicKey?.id },
        };
        const reply = yield* send(server, {
          path: request.target,
          method: "GET",
          headers: v3.headersOf({ ...request, ...merchant }),
          body: new Uint8Array(),
          agent: agent(server),
        });
        expect([reply.status, reply.headers["wechatpay-serial"]]).toEqual([404, publicKey?.id]);
      }),
  );

  it.live("leaves a merchant the APIv3 that it brings, and names no files that do not go with it", () =>
    Effect.gen(function* () {
      const into = yield* directory;
      yield* start({ directory: into });
      const merchants = [v3.merchant({ platform: "certificate" })] as const;
      const { environment, files, gateway } = yield* start({ directory: into, config: { merchants } });
      expect(gateway.merchants[0].v3?.serialNo).toBe(v3.serialNo);
      expect(Object.keys(environment).filter((name) => name.includes("_V3_"))).toEqual([]);
      expect("publicKey" in files).toBe(false);
    }),
  );

  it.live("pays the last of its orders partly with coupons", () =>
    Effect.gen(function* () {
      const running = yield* start();
      const reply = yield* refund(running, { out_trade_no: "ORDER-10", total_fee: "1000", refund_fee: "1000" });
      expect(read(reply)).toMatchObject({
        cash_refund_fee: "700",
        coupon_refund_fee: "300",
        settlement_refund_fee: "900",
      });
    }),
  );

  it.live("says why it cannot start", () =>
    Effect.gen(function* () {
      const { control, server } = yield* start();
      expect((yield* Effect.flip(start({ controlPort: control.port }))).message).toContain(String(control.port));
      expect((yield* Effect.flip(start({ port: server.port }))).message).toContain("EADDRINUSE");
      const file = join(yield* directory, "file");
      writeFileSync(file, "");
      expect((yield* Effect.flip(start({ directory: join(file, "below") }))).message).toBe(
        `cannot write certificates to ${file}/below (ENOTDIR); choose another directory`,
      );
    }),
  );

  it.live("writes over what an earlier one wrote, and over nothing else", () =>
    Effect.gen(function* () {
      const into = yield* directory;
      const names = [
        "apiclient_cert.pem",
        "apiclient_key.pem",
        "apiclient_cert.p12",
        "rootca.pem",
        "pub_key.pem",
        "environment.sh",
      ];
      const contents = () => names.map((name) => readFileSync(join(into, name), "latin1"));
      yield* start({ directory: into });
      const first = contents();
      yield* start({ directory: into });
      const second = contents();
      // What APIv3 signs with is one for the process.
      for (const [n, name] of names.entries()) if (name !== "pub_key.pem") expect(second[n]).not.toBe(first[n]);
      // A merchant's own certificate has the same name; so may somebody's list.
      for (const name of [...names, "simulated-certificates.sha256"]) {
        const file = join(into, name);
        const kept = readFileSync(file);
        writeFileSync(file, "mine");
        expect((yield* Effect.flip(start({ directory: into }))).message).toBe(
          `cannot write certificates to ${into} (${name} is there and is not of an earlier simulation); choose another directory`,
        );
        expect(readFileSync(file, "utf8")).toBe("mine");
        writeFileSync(file, kept);
      }
      expect(contents()).toEqual(second);
    }),
  );

  it.live("prints lines that a shell takes as they are, whatever the directory is called", () =>
    Effect.gen(function* () {
      const odd = join(yield* directory, "it's a $HOME; dir");
      const running = yield* start({ directory: odd, config: { chaos: { seed: "7", rates: { slow: 0.1 } } } });
      const text = Simulation.describe(running);
      expect(text).toContain("# goes wrong at random, seed 7");
      const printed = yield* run("sh", [
        "-c",
        `${text}\nprintf '%s\\n' "$WECHAT_PAY_CERT_FILE" "$WECHAT_PAY_ENDPOINT"`,
      ]);
      expect(printed).toBe(`${running.files.certificate}\n${running.server.url}\n`);
    }),
  );

  it.live("writes them for a shell to read, and tells the page where, without a key", () =>
    Effect.gen(function* () {
      const running = yield* start({ directory: join(yield* directory, "it's a $HOME; dir") });
      const { control, environment, files } = running;
      const [connection] = (yield* Effect.promise(() =>
        fetch(`${control.url}/api/connection`).then((response) => response.json()),
      )) as ReadonlyArray<{ readonly commands: ReadonlyArray<{ readonly line: string }> }>;
      expect(connection).toMatchObject({
        endpoint: running.server.url,
        caFile: files.ca,
        environmentFile: files.environment,
      });
      for (const name of ["WECHAT_PAY_API_KEY", "WECHAT_PAY_V3_KEY"]) {
        expect(JSON.stringify(connection)).not.toContain(environment[name]);
      }
      const [first] = connection?.commands ?? [];
      const printed = yield* run("sh", [
        "-c",
        `${first?.line}\nprintf '%s\\n' "$WECHAT_PAY_API_KEY" "$WECHAT_PAY_CA_FILE"`,
      ]);
      expect(printed).toBe(`${environment["WECHAT_PAY_API_KEY"]}\n${files.ca}\n`);
      expect(statSync(files.environment).mode & 0o777).toBe(0o600);
    }),
  );

  it.live("prints them, goes on, and ends when it is interrupted", () =>
    Effect.gen(function* () {
      const into = yield* directory;
      const fiber = yield* Effect.forkChild(Effect.scoped(Simulation.run({ directory: into })));
      const lines = TestConsole.logLines;
      yield* Effect.yieldNow;
      let printed: ReadonlyArray<unknown> = [];
      while (printed.length === 0) {
        printed = yield* lines;
        yield* Effect.sleep("1 millis");
      }
      const [, url = ""] = /WECHAT_PAY_CONTROL=(\S+)/.exec(String(printed[0])) ?? [];
      expect((yield* Effect.promise(() => fetch(`${url}/api/state`))).status).toBe(200);
      yield* Fiber.interrupt(fiber);
      expect(
        yield* Effect.promise(() =>
          fetch(url).then(
            () => "open",
            () => "closed",
          ),
        ),
      ).toBe("closed");
    }).pipe(Effect.provide(TestConsole.layer)),
  );
});

describe("the pages", () => {
  it.live("start it in one line", () =>
    Effect.gen(function* () {
      const child = yield* Effect.acquireRelease(
        Effect.sync(() => {
          const [, code = ""] = /-e '(.*)'/.exec(inOneLine) ?? [];
          return spawn(process.execPath, ["--input-type=module", "-e", code], {
            cwd: root,
            env: { ...process.env, TMPDIR: tmpdir() },
          });
        }),
        (child) => Effect.sync(() => child.kill()),
      );
      let printed = "";
      child.stdout.on("data", (chunk) => (printed += String(chunk)));
      yield* until(() => printed.includes("export WECHAT_PAY_CONTROL="));
      expect(printed).toMatch(/^export WECHAT_PAY_ENDPOINT=https:\/\/127\.0\.0\.1:\d+$/m);
      const [, made = ""] = /WECHAT_PAY_CERT_FILE=(.*)\/apiclient_cert\.pem/.exec(printed) ?? [];
      rmSync(made, { recursive: true });
    }),
  );

  it.live("use it from TypeScript", () =>
    Effect.gen(function* () {
      const printed = yield* run(process.execPath, ["--input-type=module-typescript", "-e", inTypeScript]);
      const [, promised = "nothing"] = /console\.log\(.*\/\/ (.*)$/m.exec(inTypeScript) ?? [];
      expect(printed.trim().split("\n").at(-1)).toBe(promised);
    }),
  );

  it.live("refund, and steer it, from curl", () =>
    Effect.gen(function* () {
      const { environment, gateway } = yield* start();
      const answers = yield* run("sh", ["-euc", inCurl], environment);
      expect(answers).toContain("<result_code><![CDATA[SUCCESS]]></result_code>");
      expect(gateway.ledger.size()).toBe(1);
      expect(answers).toContain(`"errCode":"SYSTEMERROR"`);
      expect(answers).toContain(`"outRefundNo":"R-1"`);
      expect(answers).toContain(`"status":"SUCCESS"`);
      expect(gateway.faults.pending()).toHaveLength(1);
    }),
  );

  it.live("refund over APIv3 from curl, where there is OpenSSL, and rotate the certificate", () =>
    Effect.gen(function* () {
      if (!(yield* isInstalled("openssl", "version"))) {
        console.warn("\n!!! SKIPPED: the page's curl over APIv3. There is no openssl\n");
        return;
      }
      const { environment, gateway } = yield* start();
      const [old] = gateway.platform.certificates("1900000109", Date.now());
      const answers = yield* run("sh", ["-euc", inCurlV3], environment);
      expect(answers.match(/"out_refund_no":"R-2"/g)).toHaveLength(2);
      expect([...gateway.ledger.rows()]).toMatchObject([{ outRefundNo: "R-2", refundFee: 50, protocol: "v3" }]);
      const [young] = gateway.platform.certificates("1900000109", Date.now());
      expect(young?.serialNo).not.toBe(old?.serialNo);
      expect(answers).toContain(`"serialNo":"${young?.serialNo}"`);
    }),
  );

  it.live("refund from Python, where there is one", () =>
    Effect.gen(function* () {
      if (!(yield* isInstalled("python3"))) {
        console.warn("\n!!! SKIPPED: the page's Python. There is no python3\n");
        return;
      }
      const { environment, gateway } = yield* start();
      expect(yield* run("python3", ["-c", inPython], environment)).toBe("SUCCESS\n");
      expect([...gateway.ledger.rows()].map(({ outRefundNo, refundFee }) => [outRefundNo, refundFee])).toEqual([
        ["R-2", 200],
      ]);
    }),
  );
});
