/** The inside of a notice, opened with the merchant's own keys, as the merchant opens it. */
import { createDecipheriv, hash } from "node:crypto";
import * as Result from "effect/Result";
import type { Gateway } from "../Gateway.ts";
import * as Message from "../Message.ts";
import { open } from "../MessageV3.ts";
import type { Notice } from "../Notices.ts";
import { members } from "./members.ts";

type Inside = ReadonlyArray<readonly [name: string, value: string]>;

const openV2 = (body: Uint8Array, key: string): Inside | undefined => {
  const outer = Message.read(body);
  const sealed = Result.isSuccess(outer) ? outer.success.get("req_info") : undefined;
  if (sealed === undefined) return undefined;
  try {
    const decipher = createDecipheriv("aes-256-ecb", hash("md5", key), null);
    const bytes = Buffer.concat([decipher.update(sealed, "base64"), decipher.final()]);
    const inner = Message.read(bytes, "root");
    return Result.isSuccess(inner) ? [...inner.success] : undefined;
  } catch {
    // Sealed with another key.
    return undefined;
  }
};

interface Envelope {
  readonly resource?: {
    readonly nonce?: unknown;
    readonly associated_data?: unknown;
    readonly ciphertext?: unknown;
  };
}

const openV3 = (body: Uint8Array, key: string): Inside | undefined => {
  const { resource }: Envelope = JSON.parse(new TextDecoder().decode(body));
  const { associated_data = "", ciphertext, nonce } = resource ?? {};
  if (typeof ciphertext !== "string" || typeof nonce !== "string" || typeof associated_data !== "string")
    return undefined;
  const text = open({ nonce, associated_data, ciphertext }, key);
  return text === undefined ? undefined : members(JSON.parse(text));
};

/** What is sealed in a notice's latest post; undefined where it was not posted, or no key of the merchant's opens it. */
export const opened = ({ keyring, merchants }: Gateway, { body, form, mchId }: Notice): Inside | undefined => {
  if (body === undefined) return undefined;
  if (form === "v3") {
    const key = merchants.find((merchant) => merchant.mchId === mchId)?.v3?.apiKey;
    return key === undefined ? undefined : openV3(body, key);
  }
  for (const known of keyring.known(Number.POSITIVE_INFINITY)) {
    const inside = known.mchId === mchId ? openV2(body, known.key) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
};
