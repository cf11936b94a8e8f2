/**
 * A gateway over mutual TLS for programs that are told of it by their environment: writes the certificates into the folder it is given,
 * prints the variables as JSON, and ends with its standard input.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Gateway, Server } from "@wechat-refund/simulator";
import { Effect } from "effect";

const [folder = "", count = "1"] = process.argv.slice(2);
const identity = { appId: "wx8888888888888888", mchId: "1900000109", apiKey: "TestKey0000000000000000000000001" };
const orders = Array.from({ length: Number(count) }, (_, n) => ({
  mchId: identity.mchId,
  transactionId: String(n),
  outTradeNo: `T-${n}`,
  totalFee: 100,
  paidAt: Date.now(),
}));

const program = Effect.gen(function* () {
  const { url, caPem, merchantCertificate } = yield* Server.make(Gateway.make({ merchants: [identity], orders }));
  mkdirSync(folder, { recursive: true });
  const write = (name, content) => {
    const file = join(folder, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const pkcs12 = (form) => ({
    WECHAT_PAY_P12_FILE: write(`${form}.p12`, merchantCertificate.pkcs12(identity.mchId, form)),
  });
  const shared = {
    WECHAT_PAY_APP_ID: identity.appId,
    WECHAT_PAY_MCH_ID: identity.mchId,
    WECHAT_PAY_API_KEY: identity.apiKey,
    WECHAT_PAY_ENDPOINT: url,
    WECHAT_PAY_CA_FILE: write("ca.pem", caPem),
  };
  const forms = {
    PEM: {
      WECHAT_PAY_CERT_FILE: write("cert.pem", merchantCertificate.certificatePem),
      WECHAT_PAY_KEY_FILE: write("key.pem", merchantCertificate.privateKeyPem),
    },
    "PKCS#12": pkcs12("modern"),
    "3DES": pkcs12("3des"),
    "RC2-40": pkcs12("rc2-40"),
  };
  console.log(JSON.stringify({ shared, forms }));
  yield* Effect.callback((resume) => {
    process.stdin.resume().once("end", () => resume(Effect.void));
  });
});

await Effect.runPromise(Effect.scoped(program));
