/**
 * What is seen of an error that nobody caught: one line, its message, which says the remedy.
 *
 * Node shows such an error with all its enumerable fields and its whole stack, and asks nobody how. A message of this library says
 * what its fields say, so the fields are kept from being listed (reading them, comparing and JSON are as ever); and of the stack
 * remain the frames of whoever called: those of the run time, of Effect and of these packages tell nobody where to look.
 */
type Constructor = abstract new (...args: never) => Error;
/** The class of errors, printed on one line where nobody catches them. */
export declare const onOneLine: <C extends Constructor>(errors: C) => C;
export {};
