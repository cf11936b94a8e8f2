/**
 * Whose results a result file holds: of one merchant, one sub-merchant and one gateway, which its first line names. What another has
 * says nothing here.
 */
import * as Schema from "effect/Schema";
/** Whose batch it is: another merchant's, another sub-merchant's or another gateway's results say nothing here. */
export declare const Header: Schema.Struct<{
    readonly batch: Schema.Literal<1>;
    readonly mchId: Schema.String;
    readonly subMchId: Schema.optionalKey<Schema.String>;
    readonly gateway: Schema.String;
}>;
export type Header = typeof Header.Type;
/** Refunds are the same where the merchant, the sub-merchant and the number are. */
export interface Owner {
    readonly mchId: string;
    readonly subMchId?: string | undefined;
    readonly endpoint: string;
}
/** The first line of their result file. */
export declare const headerOf: ({ endpoint, mchId, subMchId }: Owner) => Header;
/** Why results that begin with this header are not this merchant's. */
export declare const stranger: (found: Header, wanted: Header) => string | undefined;
