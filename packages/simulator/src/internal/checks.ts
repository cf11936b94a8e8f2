/** The checks every endpoint makes of a request's fields, one field at a time, before it looks at what they mean together. */
import type { Merchant } from "../GatewayConfig.ts";
import type { Fields } from "../Message.ts";
import { refused, type Verdict } from "./verdict.ts";

export interface FieldRule {
  readonly name: string;
  readonly required?: true;
  /** The documented length, in characters. */
  readonly max: number;
  readonly accepts?: (value: string) => boolean;
}

const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

/** Digits, letters and `_ - | * @`: the documented set of merchant-made numbers. */
export const merchantNumber = matches(/^[0-9A-Za-z_\-|*@]+$/);

/** A positive amount in fen: digits, no sign, no leading zero, exact as a JavaScript number. */
export const amount = (value: string): boolean =>
  /^[1-9][0-9]{0,15}$/.test(value) && Number.isSafeInteger(Number(value));

export const currency = matches(/^[A-Z]{3}$/);
export const index = matches(/^(0|[1-9][0-9]*)$/);
export const digits = matches(/^[0-9]+$/);
export const oneOf =
  (...values: ReadonlyArray<string>) =>
  (value: string): boolean =>
    values.includes(value);

/** The fields of every request. */
export const common: ReadonlyArray<FieldRule> = [
  { name: "appid", required: true, max: 32 },
  { name: "mch_id", required: true, max: 32 },
  { name: "sub_appid", max: 32 },
  { name: "sub_mch_id", max: 32 },
  { name: "device_info", max: 32 },
  { name: "nonce_str", required: true, max: 32 },
  { name: "sign", required: true, max: 64 },
  { name: "sign_type", max: 32, accepts: oneOf("MD5", "HMAC-SHA256") },
];

export const invalidTransactionId = refused("INVALID_TRANSACTIONID", "无效transaction_id");

const parameterError = (text: string): Verdict => refused("PARAM_ERROR", text);

/** Refuses the first field that is missing, too long, or of the wrong form, by name. An empty field is a missing one. */
export const checkFields = (fields: Fields, rules: ReadonlyArray<FieldRule>): Verdict | undefined => {
  for (const { name, required, max, accepts } of rules) {
    const value = fields.get(name) ?? "";
    if (value === "") {
      if (required === true) return parameterError(`缺少参数${name}`);
      continue;
    }
    if (value.length > max) return parameterError(`参数${name}长度超过${max}`);
    if (accepts?.(value) === false) return parameterError(`参数${name}格式错误`);
  }
  // Outside the basic plane a character needs four bytes, which this wire does not carry.
  for (const [name, value] of fields) if (/[\ud800-\udfff]/.test(value)) return parameterError(`参数${name}格式错误`);
  return undefined;
};

/** Refuses a request in which none of the fields is there. */
export const checkAny = (fields: Fields, ...names: ReadonlyArray<string>): Verdict | undefined =>
  names.some((name) => (fields.get(name) ?? "") !== "") ? undefined : parameterError(`缺少参数${names.join("/")}`);

/** Refuses an appid that is not the merchant's, and a sub-merchant that is not the provider's, or is missing, or is too much. */
export const checkParty = (merchant: Merchant, fields: Fields): Verdict | undefined => {
  if (fields.get("appid") !== merchant.appId) return refused("APPID_NOT_EXIST", "appid不存在");
  const subMchId = fields.get("sub_mch_id") ?? "";
  const subAppId = fields.get("sub_appid") ?? "";
  if (merchant.subMerchants.length === 0) {
    if (subMchId !== "") return parameterError("参数sub_mch_id格式错误：非服务商");
    return subAppId === "" ? undefined : parameterError("参数sub_appid格式错误：非服务商");
  }
  if (subMchId === "") return parameterError("缺少参数sub_mch_id");
  const sub = merchant.subMerchants.find((candidate) => candidate.subMchId === subMchId);
  if (sub === undefined) return refused("MCHID_NOT_EXIST", "sub_mch_id不存在");
  return subAppId === "" || subAppId === sub.subAppId ? undefined : refused("APPID_NOT_EXIST", "sub_appid不存在");
};
