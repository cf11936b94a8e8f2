/**
 * Whose results a result file holds: of one merchant, one sub-merchant and one gateway, which its first line names. What another has
 * says nothing here.
 */
import * as Schema from "effect/Schema";
import { jsonLine } from "../Ending.ts";
import { accessPoints, isEndpoint, normalized } from "@wechat-refund/core/Endpoint";
import { shownId } from "../Print.ts";

/** Whose batch it is: another merchant's, another sub-merchant's or another gateway's results say nothing here. */
export const Header = Schema.Struct({
  batch: Schema.Literal(1),
  mchId: Schema.String,
  subMchId: Schema.optionalKey(Schema.String),
  gateway: Schema.String,
});
export type Header = typeof Header.Type;

/** No access point is part of whose results a file holds; any other address is a gateway of its own: what a simulator accepted never counts. */
const gatewayOf = (endpoint: string): string => {
  const address = normalized(endpoint) ?? endpoint;
  return accessPoints.has(address) ? "wechat-pay" : address;
};

/** Refunds are the same where the merchant, the sub-merchant and the number are. */
export interface Owner {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  readonly endpoint: string;
}

/** The first line of their result file. */
export const headerOf = ({ endpoint, mchId, subMchId }: Owner): Header => ({
  batch: 1,
  mchId,
  ...(subMchId !== undefined && { subMchId }),
  gateway: gatewayOf(endpoint),
});

/** A gateway that a file names; what is no address may be anything. */
const shownGateway = (gateway: string): string =>
  gateway === "wechat-pay" || isEndpoint(gateway) ? gateway : "(not shown)";

/** Why results that begin with this header are not this merchant's. */
export const stranger = (found: Header, wanted: Header): string | undefined => {
  const same = found.mchId === wanted.mchId && gatewayOf(found.gateway) === wanted.gateway;
  if (same && found.subMchId === wanted.subMchId) return undefined;
  if (same && found.subMchId === undefined) {
    const shown = shownId(wanted.subMchId);
    const line = shown === wanted.subMchId ? jsonLine({ ...found, subMchId: shown }) : "it with a subMchId";
    return `does not say of which sub-merchant its results are: if they are of ${shown}, write ${line} as its first line, otherwise name another with --result`;
  }
  const sub = found.subMchId === undefined ? "" : `, sub-merchant (sub_mch_id) ${shownId(found.subMchId)},`;
  return `holds the results of merchant ${shownId(found.mchId)}${sub} at ${shownGateway(found.gateway)}: name another with --result`;
};
