/** What is wrong, and where; line 1 is the first of the file. A name that is no field's may be a secret: `field` holds what may be shown. */
export interface Issue {
    readonly line: number;
    readonly field: string;
    readonly message: string;
}
/** A row; a value that is neither text nor a number stays as it is, for the check to refuse. */
export interface Row {
    readonly line: number;
    readonly values: ReadonlyMap<string, unknown>;
}
export interface Rows {
    /** The line that names the fields, in CSV. */
    readonly header?: {
        readonly line: number;
        readonly names: ReadonlyArray<string>;
    };
    readonly rows: ReadonlyArray<Row>;
    readonly issues: ReadonlyArray<Issue>;
}
export type Format = "csv" | "ndjson";
/** The format by the file's name, if its ending tells; what a spreadsheet program saves is refused when it is read. */
export declare const formatOf: (file: string) => Format | undefined;
/** By the parser's codes. */
export declare const quoteProblems: Readonly<Record<string, string>>;
/** What a column is called that has no name to be shown. */
export declare const columnAt: (at: number) => string;
/**
 * What is wrong with a first line whose names stand in one cell: some spreadsheet programs write tabs or semicolons between columns. The name
 * that each table has is looked for among them, so that a title is not taken for a line of names; `sep=` is Excel's own first line.
 */
export declare const otherwiseSeparated: (names: ReadonlyArray<string>) => string | undefined;
/** Reads a file. Total: whatever is wrong becomes an issue. */
export declare const read: (bytes: Uint8Array, format: Format) => Rows;
