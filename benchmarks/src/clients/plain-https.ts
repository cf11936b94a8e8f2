import * as https from "node:https";
import { createSecureContext } from "node:tls";
import type { Client, Connections, Site } from "../Client.ts";
import { path, pathV3, type Scheme } from "../Story.ts";
import * as plain from "./plain.ts";

export const open = async (site: Site, connections: Connections, signType: Scheme | "none"): Promise<Client> => {
  const { file, origin } = site;
  const secureContext = createSecureContext(signType === "RSA" ? {} : { cert: file("cert.pem"), key: file("key.pem") });
  // Without a limit of sockets, an agent that keeps none alive makes one for each request.
  const agent = new https.Agent({
    secureContext,
    ...(connections === "pooled" && { keepAlive: true, maxSockets: 64 }),
  });
  const { hostname, port } = new URL(origin);
  const post: plain.Post = (headers, body) =>
    new Promise((resolve, reject) => {
      const request = https.request(
        {
          agent,
          hostname,
          port,
          path: signType === "RSA" ? pathV3 : path,
          method: "POST",
          headers: { ...headers, "Content-Length": body.length },
        },
        (response) => {
          const chunks: Array<Buffer> = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            response.statusCode === 200
              ? resolve({ headers: () => response.headers, body: Buffer.concat(chunks) })
              : reject(new Error(`HTTP status ${response.statusCode}`)),
          );
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  const close = async () => agent.destroy();
  return plain.open(site, post, close, signType);
};
