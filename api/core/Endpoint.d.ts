/** The gateway's address, where it is named in the surroundings of a call or a layer. */
import * as Context from "effect/Context";
export { accessPoints, isEndpoint, normalized, notEndpoint } from "./internal/address.ts";
/**
 * The gateway's address that requests go to. It may be provided around a call, to the layer of a client or a merchant, or be the
 * merchant's own (`Merchant.make`, WECHAT_PAY_ENDPOINT); where these differ nothing is sent. `https://api.mch.weixin.qq.com` unless one
 * is named.
 */
export declare const Endpoint: Context.Reference<string>;
