/** What the gateway can say of a request that it got: was it signed as it must be, and if not, why; with the keys that it knows. */
import * as Result from "effect/Result";
import { diagnose, type Explanation, inspect } from "../Diagnosis.ts";
import { diagnose as diagnoseV3, type MerchantKey } from "../DiagnosisV3.ts";
import type { Exchange } from "../ExchangeLog.ts";
import type { Merchant } from "../GatewayConfig.ts";
import type { Fields } from "../Message.ts";
import { publicKeyOf, readAuthorization } from "../MessageV3.ts";
import { readAsMeant } from "./finder/authorization.ts";
import { oddities } from "./finder/values.ts";
import type * as Keyring from "./keyring.ts";
import * as Lenient from "./lenient.ts";
import { mistimed } from "./v3/door.ts";

/** What a merchant's requests say of it, under the wire names. */
const settingsOf = (merchants: ReadonlyArray<Merchant>, mchId: string | undefined): Fields => {
  const merchant = merchants.find((one) => one.mchId === mchId);
  if (merchant === undefined) return new Map();
  const [sub] = merchant.subMerchants;
  return new Map([
    ["appid", merchant.appId],
    ["mch_id", merchant.mchId],
    ...(sub === undefined
      ? []
      : ([
          ["sub_mch_id", sub.subMchId],
          ["sub_appid", sub.subAppId ?? ""],
        ] as const)),
  ]);
};

/** Of a request of APIv2. */
export const explain = (
  { request, at }: Exchange,
  keyring: Keyring.Keyring,
  merchants: ReadonlyArray<Merchant>,
): Explanation => {
  const known = keyring.known(at);
  const inspected = inspect(
    request,
    known.filter(({ valid }) => valid),
  );
  const beside = [...inspected.mistakes, ...inspected.remarks];
  const of = (fields: Fields) => {
    const mchId = fields.get("mch_id");
    const isOwn = (key: Keyring.Labelled): boolean => key.mchId === mchId && key.valid;
    const [current, ...rest] = known.filter(isOwn);
    const others = known.filter((key) => !isOwn(key));
    return current && diagnose(fields, [current, ...rest], others, { known: settingsOf(merchants, mchId) });
  };
  const read = Lenient.read(request);
  if (Result.isFailure(read)) {
    const meant = inspected.fields && of(inspected.fields);
    const remarks = [...beside, ...(meant?.finding?.mistakes ?? []), ...(meant?.remarks ?? [])];
    return { _tag: "Unreadable", ...read.failure, remarks };
  }
  const fields = read.success;
  const diagnosis = of(fields);
  // It is a message: only what its bytes were can be odd about its form.
  const ofBytes = beside.filter(({ kind }) => kind === "bom" || kind === "charset");
  if (diagnosis === undefined) {
    return { _tag: "UnknownMerchant", mchId: fields.get("mch_id"), remarks: [...ofBytes, ...oddities(fields)] };
  }
  return { _tag: "Signed", diagnosis: { ...diagnosis, remarks: [...ofBytes, ...diagnosis.remarks] } };
};

const keyOf = ({ mchId, v3 }: Merchant): ReadonlyArray<MerchantKey> => {
  const publicKey = v3 && publicKeyOf(v3.publicKey);
  return v3 === undefined || publicKey === undefined ? [] : [{ mchId, serialNo: v3.serialNo, publicKey }];
};

/** Of a request of APIv3. */
export const explainV3 = (exchange: Exchange, merchants: ReadonlyArray<Merchant>): Explanation => {
  const { method, path, reply, request: body, requestHeaders = {}, target = path } = exchange;
  const read = readAuthorization(requestHeaders["authorization"] ?? "");
  if (Result.isFailure(read)) {
    const { mistakes } = readAsMeant(requestHeaders["authorization"] ?? "");
    return { _tag: "Unreadable", reason: "Authorization is not in its form", at: 0, remarks: mistakes };
  }
  const credentials = read.success;
  const keys = merchants.flatMap(keyOf);
  const own = keys.find(({ mchId }) => mchId === credentials.mchId);
  if (own === undefined) return { _tag: "UnknownMerchant", mchId: credentials.mchId, remarks: [] };
  const others = keys.filter((key) => key !== own);
  const isMistimed = Buffer.from(reply.body).includes(`"message":"${mistimed}"`);
  return {
    _tag: "SignedV3",
    diagnosis: diagnoseV3({ request: { method, target, body }, credentials, own, others, isMistimed }),
  };
};
