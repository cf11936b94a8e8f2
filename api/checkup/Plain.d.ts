/** Text that came from outside, as it may be printed. */
/** On one line and without control characters. */
export declare const plain: (text: string) => string;
