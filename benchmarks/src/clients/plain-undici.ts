import { createSecureContext } from "node:tls";
import { Pool } from "undici";
import type { Client, Site } from "../Client.ts";
import { path, type SignType } from "../Story.ts";
import * as plain from "./plain.ts";

export const open = async ({ file, origin }: Site, signType: SignType | "none"): Promise<Client> => {
  const secureContext = createSecureContext({ cert: file("cert.pem"), key: file("key.pem") });
  const pool = new Pool(origin, { connections: 64, allowH2: false, connect: { secureContext } });
  const post: plain.Post = (body) =>
    new Promise((resolve, reject) => {
      const chunks: Array<Buffer> = [];
      let status = 0;
      pool.dispatch(
        { method: "POST", path, headers: plain.headers, body },
        {
          onRequestStart: () => {},
          onResponseStart: (_controller, statusCode) => {
            status = statusCode;
          },
          onResponseData: (_controller, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () =>
            status === 200 ? resolve(Buffer.concat(chunks)) : reject(new Error(`HTTP status ${status}`)),
          onResponseError: (_controller, cause) => reject(cause),
        },
      );
    });
  const close = () => pool.destroy();
  return signType === "none" ? plain.floor(post, close) : plain.byHand(post, close, signType);
};
