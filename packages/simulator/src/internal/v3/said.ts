/**
 * What a fault has APIv3 say in place of its verdict. Faults name codes of either interface; a code of APIv2 is said as its counterpart,
 * so that what goes wrong at random goes wrong alike through both.
 */
import type { Fault } from "../../Fault.ts";
import { no, nothing, type VerdictV3 } from "./verdict.ts";

/** Codes of APIv3 with their status, by the name they have here or in APIv2. */
const codes: Readonly<Record<string, readonly [status: number, code: string]>> = {
  SYSTEMERROR: [500, "SYSTEM_ERROR"],
  SYSTEM_ERROR: [500, "SYSTEM_ERROR"],
  SERVICE_UNAVAILABLE: [503, "SERVICE_UNAVAILABLE"],
  FREQUENCY_LIMITED: [429, "FREQUENCY_LIMITED"],
  RATELIMIT_EXCEEDED: [429, "RATELIMIT_EXCEEDED"],
  INVALID_REQ_TOO_MUCH: [429, "RATELIMIT_EXCEEDED"],
  ORDERNOTEXIST: [404, "RESOURCE_NOT_EXISTS"],
  REFUNDNOTEXIST: [404, "RESOURCE_NOT_EXISTS"],
  RESOURCE_NOT_EXISTS: [404, "RESOURCE_NOT_EXISTS"],
  MCHID_NOT_EXIST: [404, "MCH_NOT_EXISTS"],
  MCH_NOT_EXISTS: [404, "MCH_NOT_EXISTS"],
  NOTENOUGH: [403, "NOT_ENOUGH"],
  NOT_ENOUGH: [403, "NOT_ENOUGH"],
  NOAUTH: [403, "NO_AUTH"],
  NO_AUTH: [403, "NO_AUTH"],
  USER_ACCOUNT_ABNORMAL: [403, "USER_ACCOUNT_ABNORMAL"],
  CERT_ERROR: [401, "SIGN_ERROR"],
  SIGNERROR: [401, "SIGN_ERROR"],
  SIGN_ERROR: [401, "SIGN_ERROR"],
  ERROR: [400, "INVALID_REQUEST"],
  TRADE_OVERDUE: [400, "INVALID_REQUEST"],
  TRADE_STATE_ERROR: [400, "INVALID_REQUEST"],
  REFUND_FEE_MISMATCH: [400, "INVALID_REQUEST"],
  REFUND_FEE_INVALID: [400, "INVALID_REQUEST"],
  ORDER_NOT_READY: [400, "INVALID_REQUEST"],
};

export interface Said {
  readonly verdict: VerdictV3;
  readonly accepted: boolean;
  /** Never signed, whatever the gateway's habits. */
  readonly unsigned?: true;
}

/** What is said instead, before or after the gateway acted. */
export const said = (fault: Fault | undefined): Said | undefined => {
  switch (fault?._tag) {
    case "Refuse": {
      const { accepted, errCode, errCodeDes = errCode, status } = fault;
      // There it means that the merchant has to ask once more, which APIv3 says with a status.
      if (errCode === "BIZERR_NEED_RETRY" && status === undefined) return { verdict: nothing(202), accepted };
      const [usual, code] = codes[errCode] ?? [400, errCode];
      return { verdict: no(status ?? usual, code, errCodeDes), accepted };
    }
    case "Fail": {
      const { accepted, returnMsg } = fault;
      const verdict = returnMsg === "签名错误" ? no(401, "SIGN_ERROR", returnMsg) : no(500, "SYSTEM_ERROR", returnMsg);
      return { verdict, accepted, unsigned: true };
    }
    default:
      return undefined;
  }
};
