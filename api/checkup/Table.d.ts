/** An amount as finance reads it; other currencies than CNY as the gateway counts them. */
export declare const money: (fen: number, currency: string) => string;
/** A column of a table of values. */
export interface Column<A> {
    readonly name: string;
    readonly of: (value: A) => string | undefined;
    /** A number of ours, which no spreadsheet may take otherwise. */
    readonly amount?: true;
}
/** The first line, behind the mark by which a spreadsheet knows that it is UTF-8. */
export declare const header: <A>(columns: ReadonlyArray<Column<A>>) => string;
/** The lines of values, to follow a header. `raw`: without the back-quotes, for programs. */
export declare const lines: <A>(columns: ReadonlyArray<Column<A>>, values: Iterable<A>, raw?: boolean) => string;
/** The text of a whole table. */
export declare const csv: <A>(columns: ReadonlyArray<Column<A>>, values: Iterable<A>, raw?: boolean) => string;
