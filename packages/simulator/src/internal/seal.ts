/** The inside of a notice: XML under AES-256-ECB, its key the 32 letters of the API key's lower-case MD5. */
import { createCipheriv, hash } from "node:crypto";
import * as Result from "effect/Result";
import * as Message from "../Message.ts";

/** `req_info` for a text. */
export const sealText = (text: Uint8Array, apiKey: string): string => {
  const cipher = createCipheriv("aes-256-ecb", hash("md5", apiKey), null);
  return Buffer.concat([cipher.update(text), cipher.final()]).toString("base64");
};

/** `req_info` for fields. */
export const seal = (fields: Message.Fields, apiKey: string): string =>
  sealText(
    Result.getOrThrowWith(
      Message.write(fields, "root"),
      ({ field, reason }) => new Error(`the gateway's own notice cannot be written: ${field} ${reason}`),
    ),
    apiKey,
  );
