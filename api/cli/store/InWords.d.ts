import type * as Refunds from "@wechat-refund/durable/Refunds";
import type { Row } from "@wechat-refund/durable/RefundStore";
import { type Say } from "@wechat-refund/checkup/Language";
/** On one line. */
export declare const line: (say: Say, row: Row) => string;
export declare const actsOf: ({ progress }: Row) => ReadonlyArray<string>;
/** In full. */
export declare const full: (say: Say, row: Row, history: ReadonlyArray<Refunds.Line>) => string;
