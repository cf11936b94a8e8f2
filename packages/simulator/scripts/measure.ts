/**
 * How much the gateway stands: requests a second over kept TLS connections, the server in a process of its own, and the memory
 * of many refunds. `node packages/simulator/scripts/measure.ts [seconds] [refunds]`
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:https";
import { Effect, Result } from "effect";
import { Gateway, Message, Server } from "@wechat-refund/simulator";

const appId = "wx8888888888888888";
const mchId = "1900000109";
const apiKey = "TestKey0000000000000000000000001";
const [seconds = "10", refunds = "100000", role] = process.argv.slice(2);
const connections = 32;

const made = (orders: number): Gateway.Gateway =>
  Gateway.make({
    merchants: [{ appId, mchId, apiKey }],
    orders: Array.from({ length: orders }, (_, n) => ({
      mchId,
      transactionId: String(4_200_000_000 + n),
      outTradeNo: `T-${n}`,
      totalFee: 100,
      paidAt: Date.now(),
    })),
  });

const bodyOf = (n: number, order: number): Uint8Array => {
  const fields = new Map([
    ["appid", appId],
    ["mch_id", mchId],
    ["nonce_str", "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"],
    ["out_trade_no", `T-${order}`],
    ["out_refund_no", `R-${n}`],
    ["total_fee", "100"],
    ["refund_fee", "1"],
    ["sign_type", "HMAC-SHA256"],
  ]);
  fields.set("sign", Message.sign(fields, apiKey, "HMAC-SHA256"));
  return Result.getOrThrow(Message.write(fields));
};

const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MiB`;

const serve = Effect.gen(function* () {
  const { port, caPem, merchantCertificate } = yield* Server.make(made(40_000));
  const { certificatePem, privateKeyPem } = merchantCertificate;
  process.send?.({ port, caPem, certificatePem, privateKeyPem });
  return yield* Effect.never;
});

interface Told {
  readonly port: number;
  readonly caPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

const measureServer = async (): Promise<void> => {
  const child = spawn(process.execPath, [import.meta.filename, seconds, refunds, "server"], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const [told] = (await once(child, "message")) as [Told];
  const { port, caPem: ca, certificatePem: cert, privateKeyPem: key } = told;
  const agent = new Agent({ keepAlive: true, maxSockets: connections, ca, cert, key });
  const post = (body: Uint8Array): Promise<boolean> =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { port, host: "127.0.0.1", path: "/secapi/pay/refund", method: "POST", agent },
        (incoming) => {
          let text = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk: string) => (text += chunk));
          incoming.on("end", () => resolve(text.includes("<result_code><![CDATA[SUCCESS]]>")));
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  let sent = 0;
  let accepted = 0;
  const until = async (end: number): Promise<void> => {
    while (performance.now() < end) {
      const n = sent++;
      if (await post(bodyOf(n, n % 40_000))) accepted++;
    }
  };
  const run = (millis: number) => {
    const end = performance.now() + millis;
    return Promise.all(Array.from({ length: connections }, () => until(end)));
  };
  await run(2_000);
  const [before, started] = [sent, performance.now()];
  await run(Number(seconds) * 1_000);
  const rate = (sent - before) / ((performance.now() - started) / 1_000);
  console.log(`${Math.round(rate)} refunds/s over ${connections} kept connections; ${accepted} of ${sent} accepted`);
  agent.destroy();
  child.kill();
};

const measureMemory = (): void => {
  const started = performance.now();
  const gateway = made(Number(refunds));
  for (let n = 0; n < Number(refunds); n++) {
    gateway.handle({
      path: "/secapi/pay/refund",
      body: bodyOf(n, n),
      clientCertificate: { commonName: mchId },
      now: Date.now(),
    });
  }
  const { rss } = process.memoryUsage();
  const millis = Math.round(performance.now() - started);
  console.log(`${gateway.ledger.size()} refunds of as many orders in ${millis} ms: ${megabytes(rss)} resident`);
};

if (role === "server") await Effect.runPromise(Effect.scoped(serve));
else {
  measureMemory();
  await measureServer();
}
