/** An amount as finance reads it; other currencies than CNY as the gateway counts them. */
export declare const money: (fen: number, currency: string) => string;
/** A column of a table of values. */
export interface Column<A> {
    readonly name: string;
    readonly of: (value: A) => string | undefined;
    /** A number of ours, which no spreadsheet may take otherwise. */
    readonly amount?: true;
}
/** The text of a table with a header. `raw`: without the back-quotes, for programs. */
export declare const csv: <A>(columns: ReadonlyArray<Column<A>>, values: Iterable<A>, raw?: boolean) => string;
