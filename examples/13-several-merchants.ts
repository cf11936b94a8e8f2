/**
 * Several merchants in one process: two merchant numbers with a certificate and a key each, one of them a provider (服务商) with two
 * sub-merchants (特约商户). All come from one file; each refund, notice and limit is its merchant's own.
 *
 * Needs: nothing; gateway, certificates and the file are made here.
 * Run:   npx --yes pnpm@12 node examples/13-several-merchants.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as NodeRuntime from "@effect/platform-node/NodeRuntime";
import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { Merchants, type Refund, Resend } from "@wechat-refund/core";
import { Replies } from "@wechat-refund/core/testing";
import { MerchantsFile } from "@wechat-refund/mutual-tls";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Console, Effect } from "effect";

const shop = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const provider = { appId: "wx9999999999999999", mchId: "1900000209", apiKey: "TestKey0000000000000000000000002" };
const branches = ["1900000301", "1900000302"];

/** An order number that all three have: it is unique inside a merchant or sub-merchant, and nowhere else. */
const paid = { outTradeNo: "T-1", totalFee: 100, paidAt: Date.now() };
const gateway = Gateway.make({
  merchants: [shop, { ...provider, subMerchants: branches.map((subMchId) => ({ subMchId })) }],
  orders: [
    { mchId: shop.mchId, transactionId: "4200", ...paid },
    ...branches.map((subMchId, n) => ({ mchId: provider.mchId, subMchId, transactionId: `421${n}`, ...paid })),
  ],
});

/** The file, with paths in it as an operator would write them; keys stand in files of their own. */
const prepare = Effect.fnUntraced(function* ({ caPem, identities, url }: Server.Running) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "merchants-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true })),
  );
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const caFile = write("ca.pem", caPem);
  const block = (name: string, { apiKey, ...merchant }: typeof shop, identity: typeof identities.merchantA) => ({
    ...merchant,
    apiKey: { file: write(`${name}.key`, apiKey) },
    certFile: write(`${name}_cert.pem`, identity.certificatePem),
    keyFile: write(`${name}_key.pem`, identity.privateKeyPem),
    endpoint: url,
    caFile,
  });
  const subMerchants = branches.map((subMchId, n) => ({ name: `branch-${n + 1}`, subMchId }));
  return write(
    "merchants.json",
    JSON.stringify({
      merchants: [
        { name: "shop", v2: block("shop", shop, identities.merchantA) },
        { name: "provider", v2: { ...block("provider", provider, identities.merchantB), subMerchants } },
      ],
    }),
  );
});

const request: Refund.RefundRequest = {
  order: { outTradeNo: "T-1" },
  outRefundNo: "R-1",
  totalFee: 100,
  refundFee: 30,
};

const program = Effect.gen(function* () {
  const merchants = yield* Merchants.Merchants;
  for (const { name } of merchants.all) {
    // Any program of one merchant, here a refund that is sent until it is known.
    const known = yield* Resend.untilKnown(request).pipe(Merchants.provide(name));
    const { client } = yield* merchants.get(name);
    const { transactionId } = yield* client.query({ outRefundNo: request.outRefundNo });
    yield* Console.log(`${name}: ${known._tag}, of the order ${transactionId}`);
  }
  // A notice came to /notices/branch-1: the address says whose it is, and the envelope must agree.
  const branch = yield* merchants.get("branch-1");
  if (!Merchants.hasV2(branch)) return;
  const body = Replies.notice(branch.merchant, request, "SUCCESS");
  const { notice, registered } = yield* merchants.openNotice("branch-1", body);
  yield* Console.log(`a notice to ${registered.name}: ${notice.outRefundNo} ${notice.refundStatus}`);
  const refused = yield* Effect.flip(merchants.openNotice("branch-2", body));
  yield* Console.log(`the same to branch-2: ${refused._tag}`);
});

Effect.gen(function* () {
  const file = yield* prepare(yield* Server.make(gateway));
  yield* program.pipe(Effect.provide(MerchantsFile.layer({ file, transport: NodeHttpsTransport.layerConfig })));
}).pipe(Effect.scoped, NodeRuntime.runMain);
