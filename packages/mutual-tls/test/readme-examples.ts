/** The examples of the README, to be compiled; a test compares the two. */
import { ClientCertificate, Rotating, SecureContext, TransportSettings } from "@wechat-refund/mutual-tls";
import { Effect } from "effect";

const privateAuthorityPem = "";

const opened = ClientCertificate.fromPkcs12File({
  file: "apiclient_cert.p12",
  passphrase: "1900000109", // the merchant number (商户号), unless it was changed
  expectedOwner: "1900000109",
}).pipe(Effect.tapError((error) => Effect.logError(error.problem, error.message)));

const settings = Effect.map(opened, (certificate) =>
  TransportSettings.make({ certificate, connectTimeout: "3 seconds", trust: { ca: [privateAuthorityPem] } }),
);

const rotating = Effect.gen(function* () {
  const files = ["apiclient_cert.pem", "apiclient_key.pem"];
  const since = yield* Rotating.stamp(files);
  const settings = yield* TransportSettings.config;
  const contexts = yield* Rotating.make({ acquire: SecureContext.make, settings });
  yield* Rotating.reloadOnChange(contexts, { files, load: TransportSettings.config }, since);
  return contexts; // contexts.use((secureContext) => …), contexts.rotate(newSettings)
});

export const examples = { settings, rotating };
