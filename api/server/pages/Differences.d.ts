import type { Difference } from "@wechat-refund/durable/Reconciliations";
import type { Names } from "../internal/views.ts";
import { type Html } from "./Html.ts";
import type { Visitor } from "./Layout.ts";
export declare const differenceItem: ({ say }: Visitor, { nameOf }: Names, { answer, askedAt, fields, kind, mchId, ours, outRefundNo, subMchId, theirs, }: Difference & {
    readonly mchId: string;
}, date?: string) => Html;
