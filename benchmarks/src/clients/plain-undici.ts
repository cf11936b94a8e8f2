import { createSecureContext } from "node:tls";
import { Pool } from "undici";
import type { Client, Site } from "../Client.ts";
import { path, pathV3, type Scheme } from "../Story.ts";
import * as plain from "./plain.ts";

export const open = async (site: Site, signType: Scheme | "none"): Promise<Client> => {
  const { file, origin } = site;
  const secureContext = createSecureContext(signType === "RSA" ? {} : { cert: file("cert.pem"), key: file("key.pem") });
  const pool = new Pool(origin, { connections: 64, allowH2: false, connect: { secureContext } });
  const post: plain.Post = (fields, body) =>
    new Promise((resolve, reject) => {
      const chunks: Array<Buffer> = [];
      let status = 0;
      let headers: Readonly<Record<string, unknown>> = {};
      pool.dispatch(
        { method: "POST", path: signType === "RSA" ? pathV3 : path, headers: fields, body },
        {
          onRequestStart: () => {},
          onResponseStart: (_controller, statusCode, given) => {
            status = statusCode;
            headers = given;
          },
          onResponseData: (_controller, chunk) => {
            chunks.push(chunk);
          },
          onResponseEnd: () =>
            status === 200
              ? resolve({ headers: () => headers, body: Buffer.concat(chunks) })
              : reject(new Error(`HTTP status ${status}`)),
          onResponseError: (_controller, cause) => reject(cause),
        },
      );
    });
  const close = () => pool.destroy();
  return plain.open(site, post, close, signType);
};
