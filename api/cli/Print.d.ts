import { styleText } from "node:util";
export { plain } from "@wechat-refund/checkup/Plain";
/**
 * The name of a file that was given, unless what was given may be the content of one, such as a key. That there is such a file says
 * little of a bare word: the command itself may have made it.
 */
export declare const shownPath: (file: string, otherwise?: string) => string;
export { id as shownId } from "@wechat-refund/mutual-tls/Shown";
/** A refund's or an order's number, if it has the form of one and not that of an API key. */
export declare const shownNumber: (text: string) => string;
/** The name of a field or a column, if it is short and in the form of one: a file of secrets has them where names should be. */
export declare const shownField: (name: string, otherwise?: string) => string;
type Style = Parameters<typeof styleText>[0];
/** Text in a style; plain where standard output is not a terminal or NO_COLOR is set. */
export declare const styled: (style: Style, text: string) => string;
/** An amount in fen, for CNY also in yuan. */
export declare const amount: (fen: number, currency?: string) => string;
/** One line of a list; a style is for what the value starts with, up to the first colon. */
export type Row = readonly [name: string, value: string | undefined, style?: Style];
/** Named values, the values in one column; those that are absent or empty are left out. */
export declare const list: (rows: ReadonlyArray<Row>) => string;
/** The width of the terminal; without one, no bound. */
export declare const columns: () => number;
/**
 * A line broken so that it fits, at blanks or between Chinese characters. What follows stands under the start of the text, or,
 * where the line is a row of a table, of its last column.
 */
export declare const wrap: (line: string, limit: number) => string;
/** Lines broken to the width of the terminal; as they are where there is none. */
export declare const fitted: (text: string) => string;
