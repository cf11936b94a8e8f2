/**
 * What a connection's error means, in words for whoever reads them at night. Both adapters say it in the same way.
 *
 * The phase decides the class and with it whether the request may have left; the error's code only picks the sentence. The same
 * code stands on both sides: `ECONNRESET` before the connection is secure proves that nothing was sent, afterwards it proves nothing.
 */
import { type Reason, type Silent } from "@wechat-refund/core/Transport";
/** `"after-secure"` starts right before the first byte of the request is written. */
export type Phase = "before-secure" | "after-secure";
/** Status line and header fields of a reply may take so many bytes. */
export declare const maxHeaderBytes = 16384;
/**
 * Names a foreign error for the phase it came up in. Total; keeps nothing of the error but its summary. `silent` is given only where
 * no byte of a reply came, and then says what a connection closed without a word has to do with the certificate.
 */
export declare const classify: (phase: Phase, cause: unknown, silent?: Silent) => Reason;
