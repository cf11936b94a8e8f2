/**
 * Why a signature of APIv3 is wrong (签名错误): the five lines that had to be signed, and the mistake that gives the signature that came.
 * The one finder of causes: the gateway's page and the command line's `explain` both ask it.
 *
 * A signature cannot be undone, so texts that people sign by mistake are checked against it, one by one, with the keys there are. The one
 * that fits is no guess. Where none fits it says so.
 */
import { constants, type KeyObject, verify as verifyRsa } from "node:crypto";
import * as Authorization from "./internal/finder/authorization.ts";
import { suspects } from "./internal/finder/textsV3.ts";
import { oddMembers } from "./internal/finder/valuesV3.ts";
import type { Mistake } from "./internal/finder/words.ts";
import { results as words } from "./internal/finder/wordsV3.ts";
import { type Credentials, requestText, type Signable, verify } from "./MessageV3.ts";

export type { Mistake } from "./internal/finder/words.ts";

/** A merchant's key, and how the request named it. */
export interface MerchantKey {
  readonly mchId: string;
  readonly serialNo: string;
  readonly publicKey: KeyObject;
}

/** The mistakes that make the signature that came, and the text they signed instead. */
export interface FindingV3 {
  readonly mistakes: readonly [Mistake, ...ReadonlyArray<Mistake>];
  readonly text: string;
  readonly differsAt?: number;
}

export interface DiagnosisV3 {
  /** Whether the merchant's key signed these lines, and serial number and time are right as well. */
  readonly right: boolean;
  /** What had to be signed, line by line, each with its end. */
  readonly lines: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  readonly text: string;
  readonly given: string;
  /** Absent where it is right, or where no known mistake fits. */
  readonly finding?: FindingV3;
  /** What is odd about the body beside its signature. */
  readonly remarks: ReadonlyArray<Mistake>;
}

/** Reads the header field `Authorization` as it was meant, and says what is wrong with its form. */
export const readAuthorizationAsMeant = Authorization.readAsMeant;

/** The same signature written otherwise, as Base64. */
const writings = (given: string): ReadonlyArray<readonly [Mistake, string]> => {
  const bare = given.replaceAll(/[\s"'\\]/g, "");
  const plain = /%[0-9A-F]{2}/i.test(bare)
    ? bare.replaceAll(/%([0-9A-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : bare;
  const inside = Buffer.from(plain, "base64").toString("latin1");
  return [
    ...(/^[0-9a-f]+$/i.test(plain) ? [[words.hex, Buffer.from(plain, "hex").toString("base64")] as const] : []),
    ...(bare === given ? [] : [[words.wrapped, bare] as const]),
    ...(plain === bare ? [] : [[words.urlEncoded, plain] as const]),
    [words.base64, Buffer.from(plain, "base64url").toString("base64")],
    ...(/^[A-Za-z0-9+/]{40,}={0,2}$/.test(inside) ? [[words.twice, inside] as const] : []),
  ];
};

const algorithms = (text: Uint8Array, given: string, key: KeyObject): Mistake | undefined => {
  const bytes = Buffer.from(given, "base64");
  const used = ["sha1", "sha512", "sha384", "md5"].find((name) => verifyRsa(name, text, key, bytes));
  if (used !== undefined) return words.algorithm(used.replace("sha", "SHA-").replace("md5", "MD5"));
  const padding = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  return verifyRsa("sha256", text, padding, bytes) ? words.algorithm("RSA-PSS") : undefined;
};

const firstDifference = (a: string, b: string): number | undefined => {
  if (a === b) return undefined;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return at;
};

/** Wrong with the number of the certificate, if it is. */
const serialMistake = (given: string, own: string): Mistake | undefined => {
  if (given === own) return undefined;
  const bare = given.replaceAll(/[^0-9a-z]/gi, "").toUpperCase();
  if (given.toUpperCase() === own)
    return words.serial(["serial_no is written in small letters.", "serial_no 写成了小写。"]);
  if (bare === own || bare.replace(/^0X/, "") === own) {
    return words.serial(["serial_no has blanks, colons or other marks in it.", "serial_no 中有空白、冒号或其他符号。"]);
  }
  if (given.startsWith("PUB_KEY_ID_")) {
    return words.serial([
      "serial_no is the id of WeChat Pay's public key, not the merchant's serial number.",
      "serial_no 填的是微信支付公钥 ID，而不是商户 API 证书序列号。",
    ]);
  }
  if (/^[0-9]{42,}$/.test(given)) return words.serial(["serial_no is written in decimal.", "serial_no 写成了十进制。"]);
  return words.serial(["serial_no is not that of the merchant's certificate.", "serial_no 不是商户证书的序列号。"]);
};

/** Wrong with the time, if it is. */
const timeMistake = (timestamp: string, isMistimed: boolean, away: number | undefined): Mistake | undefined => {
  if (/^\d{13}$/.test(timestamp)) return words.millis;
  if (!/^\d{1,12}$/.test(timestamp)) {
    return words.mistimed(["timestamp is not a number of seconds.", "timestamp 不是秒数。"]);
  }
  if (!isMistimed) return undefined;
  return words.mistimed(
    away === undefined
      ? ["The timestamp is more than five minutes from the gateway's.", "时间戳与网关相差超过五分钟。"]
      : [
          `timestamp is ${away} s away from now: the gateway takes at most 5 minutes, and looks at it first.`,
          `timestamp 与当前时间相差 ${away} 秒：网关最多允许 5 分钟，并且最先检查它。`,
        ],
  );
};

/** What there is to judge by. */
export interface Case {
  readonly request: Omit<Signable, "timestamp" | "nonce">;
  readonly credentials: Credentials;
  /** Of the merchant that the request names, or has to name. */
  readonly own: MerchantKey;
  readonly others: ReadonlyArray<MerchantKey>;
  /** Whether the request's time was too far from the gateway's, and by how many seconds, where that is known. */
  readonly isMistimed: boolean;
  readonly secondsAway?: number;
  /** The address as far as it is known. */
  readonly url?: string;
}

/** Looks at a request's signature, its serial number and its time. */
export const diagnose = (given_: Case): DiagnosisV3 => {
  const { credentials, isMistimed, own, others, request, secondsAway, url } = given_;
  const { nonce, serialNo, signature: given, timestamp } = credentials;
  const signable = { ...request, timestamp, nonce };
  const bytes = requestText(signable);
  const text = Buffer.from(bytes).toString();
  const beside = [
    timeMistake(timestamp, isMistimed, secondsAway),
    credentials.mchId === own.mchId
      ? undefined
      : words.mchId(["the merchant number of the key (WECHAT_PAY_MCH_ID)", "私钥所属的商户号（WECHAT_PAY_MCH_ID）"]),
    serialMistake(serialNo, own.serialNo),
  ].filter((mistake) => mistake !== undefined);
  const found = (mistakes: ReadonlyArray<Mistake>, signed: Uint8Array = bytes): FindingV3 | undefined => {
    const [first, ...rest] = mistakes;
    if (first === undefined) return undefined;
    const other = Buffer.from(signed).toString();
    const differsAt = firstDifference(text, other);
    return { mistakes: [first, ...rest], text: other, ...(differsAt !== undefined && { differsAt }) };
  };
  /** What was signed, by whom, how it was written: at most one mistake of each kind. */
  const search = (): FindingV3 | undefined => {
    const all = suspects(signable, url);
    const written = writings(given).filter(([, signature]) => signature !== given);
    for (const { mchId, publicKey } of [own, ...others]) {
      const key = mchId === own.mchId ? [] : [words.key(mchId, own.mchId)];
      if (verify(bytes, given, publicKey)) return found([...key, ...beside]);
      const way = written.find(([, signature]) => verify(bytes, signature, publicKey));
      if (way !== undefined) return found([way[0], ...key, ...beside]);
      for (const [writing, signature] of [[undefined, given] as const, ...written]) {
        const fits = all.find((one) => verify(one.text, signature, publicKey));
        const how = writing === undefined ? [] : [writing];
        if (fits !== undefined) return found([fits.mistake, ...key, ...how, ...beside], fits.text);
      }
      const algorithm = algorithms(bytes, given, publicKey);
      if (algorithm !== undefined) return found([algorithm, ...key, ...beside]);
    }
    if (/^[0-9a-f]{32}$|^[0-9a-f]{64}$/i.test(given.trim())) return found([words.ofApiV2, ...beside]);
    return found(beside);
  };
  const isSigned = verify(bytes, given, own.publicKey);
  const finding = isSigned ? found(beside) : search();
  return {
    right: isSigned && beside.length === 0,
    lines: [
      { name: "method", value: request.method },
      { name: "path and query", value: request.target },
      { name: "timestamp", value: timestamp },
      { name: "nonce_str", value: nonce },
      { name: "body", value: Buffer.from(request.body).toString() },
    ],
    text,
    given,
    ...(finding !== undefined && { finding }),
    remarks: oddMembers(request.body),
  };
};
