/** The name that somebody meant who wrote another. */
/** The nearest of the names, if one is so near that it was meant: case and signs between letters do not count, a slip in four letters may. */
export declare const nearest: (written: string, names: Iterable<string>) => string | undefined;
