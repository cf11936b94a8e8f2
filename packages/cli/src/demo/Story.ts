/**
 * The demonstration: certificates made now, a gateway on this machine, the refund of WeChat Pay's example page over every adapter,
 * and what happens when it goes wrong. Everything it shows is real: sockets, TLS, certificates, messages.
 */
import * as Duration from "effect/Duration";
import * as Effect from "effect/Effect";
import * as Adapters from "../Adapters.ts";
import * as Example from "./Example.ts";
import * as Failures from "./Failures.ts";
import * as Refunds from "./Refunds.ts";
import * as Report from "./Report.ts";
import * as Stage from "./Stage.ts";

/** Tells the story; answers whether everything came out as it should. Another `adapter` is for trying that it would not. */
export const run = Effect.fnUntraced(function* (adapter: typeof Adapters.layer = Adapters.layer) {
  const report = Report.make();
  yield* report.title("A refund of 1.00 CNY at a WeChat Pay gateway on this machine");
  const [duration, cast] = yield* Effect.timed(Stage.cast);
  yield* report.prose(
    `Made now, in ${Math.round(Duration.toMillis(duration))} ms: an authority, the gateway's certificate, and the certificate of ` +
      `merchant ${Example.mchId} as PEM pair, as PKCS#12 file and as PKCS#12 file of the old RC2-40 kind.`,
  );
  const { forms } = Stage;
  yield* report.expect(
    "the forms of the certificate",
    forms.map((form) => cast.certificates[form].form),
    ["pem", "pkcs12", "pkcs12-legacy"],
  );
  yield* Refunds.all(report, cast, adapter);
  yield* Failures.all(report, cast, adapter);
  const { checked, failed } = report.tally();
  yield* report.heading(
    failed === 0
      ? `Everything came out as it should: ${checked} checks`
      : `${failed} of ${checked} checks did not come out as they should; each is marked ✗ above`,
  );
  return failed === 0;
});
