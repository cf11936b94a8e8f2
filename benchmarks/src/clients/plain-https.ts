import * as https from "node:https";
import { createSecureContext } from "node:tls";
import type { Client, Connections, Site } from "../Client.ts";
import { path, type SignType } from "../Story.ts";
import * as plain from "./plain.ts";

export const open = async (
  { file, origin }: Site,
  connections: Connections,
  signType: SignType | "none",
): Promise<Client> => {
  const secureContext = createSecureContext({ cert: file("cert.pem"), key: file("key.pem") });
  // Without a limit of sockets, an agent that keeps none alive makes one for each request.
  const agent = new https.Agent({
    secureContext,
    ...(connections === "pooled" && { keepAlive: true, maxSockets: 64 }),
  });
  const { hostname, port } = new URL(origin);
  const post: plain.Post = (body) =>
    new Promise((resolve, reject) => {
      const request = https.request(
        {
          agent,
          hostname,
          port,
          path,
          method: "POST",
          headers: { ...plain.headers, "Content-Length": body.length },
        },
        (response) => {
          const chunks: Array<Buffer> = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            response.statusCode === 200
              ? resolve(Buffer.concat(chunks))
              : reject(new Error(`HTTP status ${response.statusCode}`)),
          );
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  const close = async () => agent.destroy();
  return signType === "none" ? plain.floor(post, close) : plain.byHand(post, close, signType);
};
