/**
 * HTML as a value: what is put into a template is escaped unless it is HTML already, so that nothing that came from outside is markup.
 * Attributes are written in double quotes, always. Small enough to be read whole, which a library of templates is not.
 */
declare const brand: unique symbol;
export interface Html {
    readonly [brand]: string;
}
/** What may stand in a template; `undefined` and `false` are nothing. */
export type Part = string | number | Html | false | undefined | ReadonlyArray<Part>;
export declare const html: (strings: TemplateStringsArray, ...parts: ReadonlyArray<Part>) => Html;
/** The text of a document. */
export declare const render: (value: Html) => string;
export {};
