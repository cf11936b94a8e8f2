/**
 * What stands in a refund's way, and how each interface says it.
 *
 * APIv3 has codes of its own and fewer of them: most refusals that speak of the order are `INVALID_REQUEST` there, told apart by a text
 * that is no promise. Texts in the right column were recorded, but for those of the situations that are named in docs/simulator.md.
 */
import { no, type VerdictV3 } from "./v3/verdict.ts";
import { refused, type Verdict } from "./verdict.ts";

const both = (v2: Verdict, v3: VerdictV3) => ({ v2, v3 });
const invalid = (text: string): VerdictV3 => no(400, "INVALID_REQUEST", text);

/** Every obstacle with its two faces. */
export const obstacles = {
  forbiddenAddress: both(refused("NOAUTH", "异常IP请求不予受理"), no(403, "NO_AUTH", "异常IP请求不予受理")),
  tooOften: both(
    refused("FREQUENCY_LIMITED", "频率限制，请稍后重试"),
    no(429, "RATELIMIT_EXCEEDED", "频率限制，请稍后重试"),
  ),
  tooManyFailing: both(
    refused("INVALID_REQ_TOO_MUCH", "无效请求过多，请稍后重试"),
    no(429, "RATELIMIT_EXCEEDED", "无效请求过多，请稍后重试"),
  ),
  noOrder: both(refused("ORDERNOTEXIST", "订单不存在"), no(404, "RESOURCE_NOT_EXISTS", "原订单不存在")),
  numberOfAnotherOrder: both(
    refused("INVALID_REQUEST", "out_refund_no已用于其他订单"),
    invalid("out_refund_no已经被其他请求使用"),
  ),
  amountsDiffer: both(
    refused("REFUND_FEE_MISMATCH", "The same out_refund_no Refund amount should be consistent"),
    invalid("订单金额或退款金额与之前请求不一致，请核实后再试"),
  ),
  fullyRefunded: both(refused("ERROR", "订单已全额退款"), invalid("订单已全额退款")),
  numberUsed: both(refused("INVALID_REQUEST", "商户退款单号已存在"), invalid("商户退款单号已存在")),
  otherCurrency: both(
    refused("PARAM_ERROR", "参数refund_fee_type与订单币种不一致"),
    no(400, "PARAM_ERROR", "参数错误", { field: "/amount/currency", location: "body" }),
  ),
  tooOld: both(refused("TRADE_OVERDUE", "订单已经超过退款期限"), invalid("订单已经超过退款期限")),
  notReady: both(refused("ORDER_NOT_READY", "订单处理中，请稍后重试"), invalid("订单处理中，请稍后重试")),
  payerGone: both(
    refused("USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。"),
    no(403, "USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销，不能原路退回，请使用其他方式进行退款。"),
  ),
  moreThanLeft: both(
    refused("REFUND_FEE_INVALID", "累计退款金额大于支付金额"),
    invalid("申请退款金额超过订单可退金额"),
  ),
  tooManyParts: both(refused("INVALID_REQUEST", "订单部分退款次数超过50次"), invalid("订单部分退款次数超过50次")),
  tooSoon: both(
    refused("FREQUENCY_LIMITED", "同一订单多次退款间隔过短，请稍后重试"),
    no(429, "FREQUENCY_LIMITED", "单笔订单请求频率过高,请于1分钟后重试"),
  ),
  oldOrdersTooOften: both(
    refused("FREQUENCY_LIMITED", "频率限制，请稍后重试"),
    no(429, "FREQUENCY_LIMITED", "频率限制，1个月之前的订单请降低申请频率再重试"),
  ),
  notEnoughUnsettled: both(
    refused("NOTENOUGH", "交易未结算资金不足，请使用可用余额退款"),
    no(403, "NOT_ENOUGH", "交易未结算资金不足，请使用可用余额退款"),
  ),
  notEnough: both(
    refused("NOTENOUGH", "基本账户余额不足，请充值后重新发起"),
    no(403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起"),
  ),
} as const;

export type Obstacle = keyof typeof obstacles;
