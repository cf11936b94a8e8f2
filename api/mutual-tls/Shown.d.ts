/**
 * What may be repeated of a value that should name a file: whether it plainly is a path, or may be the thing itself.
 *
 * A variable that should name the file of a key is easily given the key, `KEY_FILE="$(cat apiclient_key.pem)"`, and a message that
 * then names "the file" prints it. Decided here, once, for everything that prints a name; in doubt a value is not repeated. Total
 * and pure: whether the file is there is the caller's to say.
 */
/** Whether a text is a key, a certificate, a passphrase or a digest, or may be one. */
export declare const looksSecret: (text: string) => boolean;
/** Whether a text plainly is the path of a file, though there be no such file. */
export declare const isPath: (text: string) => boolean;
/** Whether a text is not the path of a file but what should be in one. */
export declare const isContent: (text: string) => boolean;
/** The path as it may be printed, or nothing. That there is such a file speaks for an odd name, though not for a key's. */
export declare const path: (text: string, exists: boolean) => string | undefined;
/** An app's id or a merchant number, if it is in the form of one; a secret may have come into its place. */
export declare const id: (text: string | undefined) => string;
