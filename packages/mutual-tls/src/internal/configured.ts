/**
 * What the environment says of the certificate: which variables are set, whether they go together, and what opens what. Nothing is
 * read or opened here; that is `ClientCertificate`'s.
 */
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import * as Redacted from "effect/Redacted";
import { type CertificateError, refuse } from "../CertificateError.ts";

/** One half of the material, or all of it: the path of a file, or the thing itself as text. */
export interface Source {
  /** Where it comes from: a variable or an option. */
  readonly setting: string;
  readonly kind: "file" | "text";
  readonly value: Redacted.Redacted<string>;
  /** Where the other kind belongs. */
  readonly other: string;
}

export type Configured = { readonly expectedOwner: string | undefined } & (
  | {
      readonly form: "pem";
      readonly certificate: Source;
      readonly key: Source;
      readonly passphrase: Redacted.Redacted<string> | undefined;
    }
  | { readonly form: "pkcs12"; readonly pkcs12: Source; readonly passphrase: Redacted.Redacted<string> }
);

/** Redacted, whatever it should hold; one that is set to nothing counts as not set, as in most tools that pass an environment on. */
const variable = (name: string) =>
  Config.option(Config.Redacted(name)).pipe(
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (text) => Redacted.value(text).trim() !== ""))),
  );

/** The file's variable or the text's; both are one too many. */
export const either = Effect.fnUntraced(function* (
  fileName: string,
  textName: string,
): Effect.fn.Return<Source | undefined, CertificateError | Config.ConfigError> {
  const file = yield* variable(fileName);
  const text = yield* variable(textName);
  if (file !== undefined && text !== undefined) {
    return yield* refuse("configured-twice", { found: `Set are ${fileName} and ${textName}: leave one of them out.` });
  }
  if (file !== undefined) return { setting: fileName, kind: "file", value: file, other: textName };
  if (text !== undefined) return { setting: textName, kind: "text", value: text, other: fileName };
  return undefined;
});

const unused = (setting: string, material: string) =>
  refuse("unused-passphrase", { setting, found: `It opens ${material}, and none is configured.` });

/** What is configured, or what is wrong with it by the variables alone. */
export const configured: Effect.Effect<Configured, CertificateError | Config.ConfigError> = Effect.gen(function* () {
  const certificate = yield* either("WECHAT_PAY_CERT_FILE", "WECHAT_PAY_CERT");
  const key = yield* either("WECHAT_PAY_KEY_FILE", "WECHAT_PAY_KEY");
  const pkcs12 = yield* either("WECHAT_PAY_P12_FILE", "WECHAT_PAY_P12_BASE64");
  const keyPassphrase = yield* variable("WECHAT_PAY_KEY_PASSPHRASE");
  const passphrase = yield* variable("WECHAT_PAY_P12_PASSPHRASE");
  const mchId = yield* variable("WECHAT_PAY_MCH_ID");
  const expectedOwner = mchId && Redacted.value(mchId);
  const pair = certificate ?? key;
  if (pkcs12 !== undefined && pair !== undefined) {
    return yield* refuse("configured-twice", {
      found: `Set are ${pkcs12.setting} and ${pair.setting}: leave one of them out.`,
    });
  }
  if (key === undefined && keyPassphrase !== undefined) {
    return yield* unused(
      "WECHAT_PAY_KEY_PASSPHRASE",
      "an encrypted private key (WECHAT_PAY_KEY_FILE or WECHAT_PAY_KEY)",
    );
  }
  if (pkcs12 === undefined && passphrase !== undefined) {
    return yield* unused("WECHAT_PAY_P12_PASSPHRASE", "a .p12 (WECHAT_PAY_P12_FILE or WECHAT_PAY_P12_BASE64)");
  }
  if (pkcs12 !== undefined) {
    const opener = passphrase ?? mchId;
    if (opener === undefined) {
      const found = "Set WECHAT_PAY_P12_PASSPHRASE, or WECHAT_PAY_MCH_ID, which it is unless it was changed.";
      return yield* refuse("passphrase-missing", { setting: pkcs12.setting, found });
    }
    return { form: "pkcs12", pkcs12, passphrase: opener, expectedOwner };
  }
  if (pair === undefined) return yield* refuse("not-configured");
  if (certificate === undefined || key === undefined) {
    return yield* refuse("half-configured", { found: `Set is ${pair.setting} alone.` });
  }
  return { form: "pem", certificate, key, passphrase: keyPassphrase, expectedOwner };
});
