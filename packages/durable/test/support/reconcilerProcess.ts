/**
 * A process with a reconciler in it: `node reconcilerProcess.ts STORE LOG POINT`, the store being a file or the address of a server. It writes
 * each bill that it downloads to the log, and dies as a crash does at the named point. Its gateway is a function: each day's bill has one refund
 * that is not known, and no such refund is there when it is asked for. Ends with its parent.
 */
import { appendFileSync } from "node:fs";
import { Merchant, Merchants, Transport } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { Durable } from "@wechat-refund/durable";
import { Effect, Layer, Redacted, References, Result } from "effect";

const [store = "", log = "", point = "none"] = process.argv.slice(2);

export const settings = {
  appId: "wx8888888888888888",
  mchId: "1900000109",
  apiKey: Redacted.make("192006250b4c09247ec02edce69f6a2d"),
};
const identity = Result.getOrThrow(Merchant.make(settings));

const bill = (day: string): Uint8Array =>
  new TextEncoder().encode(
    [
      "商户号,特约商户号,商户订单号,货币种类,微信退款单号,商户退款单号,退款金额,退款状态",
      `\`${settings.mchId},\`0,\`T-${day},\`CNY,\`50${day},\`X-${day},\`1.00,\`SUCCESS`,
      "总交易单数,总退款金额",
      "`1,`1.00",
      "",
    ].join("\n"),
  );

const transport = Layer.succeed(Transport.Transport, {
  send: ({ body, url }) =>
    Effect.gen(function* () {
      if (!url.endsWith("/downloadbill")) return Replies.rejected(identity, "REFUNDNOTEXIST", "not exist");
      const day = /<bill_date>(?:<!\[CDATA\[)?([0-9]+)/.exec(new TextDecoder().decode(body))?.[1] ?? "";
      appendFileSync(log, `${day} ${process.pid}\n`);
      // Long enough for another to begin with the same day, if it may.
      yield* Effect.sleep("20 millis");
      return { status: 200, headers: {}, body: bill(day) };
    }),
});

const options = {
  worker: false as const,
  reconciler: {
    poll: "20 millis",
    betweenBills: "1 millis",
    betweenQuestions: "1 millis",
    lease: "2 seconds",
    at: (name: string) =>
      Effect.sync(() => {
        if (name === "bill: done") appendFileSync(`${log}.done`, "done\n");
        if (name === point) process.kill(process.pid, "SIGKILL");
      }),
  } as const,
};
const merchants = Merchants.layer([{ name: "shop", v2: { ...settings, transport } }]);
const durable = store.startsWith("postgres")
  ? Durable.layerPostgres({ url: Redacted.make(store), ...options })
  : Durable.layerSqlite({ file: store, ...options });

process.on("disconnect", () => process.exit(0));
setInterval(() => {}, 60_000);
const running = Layer.launch(Layer.provide(durable, merchants)).pipe(
  Effect.provideService(References.MinimumLogLevel, "None"),
);
Effect.runPromise(running).catch((error: unknown) => {
  console.log(String(error));
  process.exitCode = 1;
});
