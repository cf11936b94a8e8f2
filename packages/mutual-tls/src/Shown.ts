/**
 * What may be repeated of a value that should name a file: whether it plainly is a path, or may be the thing itself.
 *
 * A variable that should name the file of a key is easily given the key, `KEY_FILE="$(cat apiclient_key.pem)"`, and a message that
 * then names "the file" prints it. Decided here, once, for everything that prints a name; in doubt a value is not repeated. Total
 * and pure: whether the file is there is the caller's to say.
 */

// What no name of a file holds, and a file read as text does.
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001F\u007F-\u009F\u2028\u2029\uFFFD]/;

/** PEM text, whole or torn; the words alone are enough. */
const armour = /-----|\b(?:BEGIN|END)\b.*(?:KEY|CERTIFICATE)|PRIVATE KEY/;

/** Words, capitals and numbers of a run: a name has few for its length, chance has many. */
const turns = (run: string): number => run.match(/[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]+/g)?.length ?? 0;

/** Base64 of DER, or of PEM text, and no path that starts as it does. */
const isEncoded = (text: string): boolean =>
  /^["']?(?:MI[AGHIM]|LS0tLS1CRUdJTi)[A-Za-z0-9+/_\s\\-]{60,}=*["']?$/.test(text.trim()) &&
  turns(text.replaceAll(/[^A-Za-z0-9]/g, "")) > text.length * 0.3;

/** An API key is 32 letters and digits, a digest at least as many; shorter ones are told by how they change. */
const isToken = (run: string): boolean =>
  run.length >= 32 ||
  (run.length >= 20 && turns(run) > run.length * 0.3) ||
  (run.length >= 12 && turns(run) > run.length * 0.4);

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** Folders that are named by schedulers and container engines: a UUID, perhaps after a word, or a digest. No key stands between two slashes so. */
const machine = new RegExp(String.raw`(?<=[\\/])(?:[a-z]{1,12}-)?(?:${uuid}|[0-9a-f]{64})(?=[\\/])`, "g");

/** Whether a text is a key, a certificate, a passphrase or a digest, or may be one. */
export const looksSecret = (text: string): boolean => isSecret(text.replaceAll(machine, "folder"));

const isSecret = (text: string): boolean =>
  text.length > 1024 ||
  unprintable.test(text) ||
  armour.test(text) ||
  isEncoded(text) ||
  text.split(/[\\/]/).some((part) => part.length > 255) ||
  (text.match(/[A-Za-z0-9+=]+/g) ?? []).some(isToken) ||
  // In base64 a slash parts nothing, and neither do the two that replace it.
  (/^[A-Za-z0-9+/=_-]+$/.test(text) && turns(text.replaceAll(/[/_-]/g, "")) > Math.max(6, text.length * 0.33));

const rooted = /^(?:[A-Za-z]:)?(?:~|\.{1,2})?[\\/]/;
const ending = /\.(?:pem|crt|cer|key|p12|pfx|der|txt|csv|ndjson|jsonl|json|log|lock|db)$/i;
const ordinary = /^[\p{L}\p{N}\p{M} ._~:@()+,#%&=[\]\\/-]+$/u;

/** Whether a text plainly is the path of a file, though there be no such file. */
export const isPath = (text: string): boolean =>
  ordinary.test(text) && (rooted.test(text) || ending.test(text)) && !looksSecret(text);

/** Whether a text is not the path of a file but what should be in one. */
export const isContent = (text: string): boolean =>
  unprintable.test(text.trim()) || /-----(?:BEGIN|END) /.test(text) || isEncoded(text);

/** Whether a text is a key or a line of one by its form alone, wherever its slashes fall. */
const isKey = (given: string): boolean => isLine(given.replaceAll(machine, "folder"));

const isLine = (text: string): boolean =>
  /[A-Za-z0-9+=]{32}/.test(text) ||
  (/^[A-Za-z0-9+/=_-]{40,}$/.test(text) && turns(text.replaceAll(/[/_-]/g, "")) > text.length * 0.25);

/** The path as it may be printed, or nothing. That there is such a file speaks for an odd name, though not for a key's. */
export const path = (text: string, exists: boolean): string | undefined =>
  (exists ? !isContent(text) && !isKey(text) : isPath(text)) ? text : undefined;

/** An app's id or a merchant number, if it is in the form of one; a secret may have come into its place. */
export const id = (text: string | undefined): string =>
  text !== undefined && /^(?:w[xw][0-9A-Za-z]{16}|[0-9]{1,15})$/.test(text) ? text : "(not shown)";
