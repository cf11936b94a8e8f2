/** What WeChat Pay seals with the APIv3 key (APIv3密钥): AEAD_AES_256_GCM, the tag behind the text. */
import { base64Bytes, gcmOpen } from "./crypto.ts";

/** A sealed part as it came: nothing of it is known to have its form. */
export interface Resource {
  readonly algorithm?: unknown;
  readonly nonce?: unknown;
  readonly associated_data?: unknown;
  readonly ciphertext?: unknown;
}

const shortest = 16;

/** The plain bytes, or nothing where anything about it is not right. */
export const open = (
  { algorithm, associated_data: associatedData = "", ciphertext, nonce }: Resource,
  apiV3Key: string,
): Uint8Array | undefined => {
  if (algorithm !== "AEAD_AES_256_GCM" || typeof ciphertext !== "string" || typeof associatedData !== "string") {
    return undefined;
  }
  if (typeof nonce !== "string" || nonce === "" || nonce.length > 32) return undefined;
  const sealed = base64Bytes(ciphertext);
  return sealed === undefined || sealed.length <= shortest
    ? undefined
    : gcmOpen(apiV3Key, nonce, associatedData, sealed);
};
