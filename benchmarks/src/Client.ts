/** What every client of the benchmark is made to look like. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ReplyFields, Scheme } from "./Story.ts";

export interface Client {
  /** Makes the n-th refund and throws unless the answer to it is the right one. */
  readonly refund: (n: number) => Promise<void>;
  /** Gives everything back: connections, timers. */
  readonly close: () => Promise<void>;
}

/** The gateway, the merchant's certificate and the platform's public key; the gateway's authority is trusted through `NODE_EXTRA_CA_CERTS`. */
export interface Site {
  readonly origin: string;
  readonly file: (name: "cert.pem" | "key.pem" | "merchant.p12" | "platform-public.pem") => Buffer;
}

export const site = (origin: string, folder: string): Site => ({
  origin,
  file: (name) => readFileSync(join(folder, name)),
});

export type Connections = "fresh" | "pooled";

/** A row of the table. */
export interface Row {
  readonly name: string;
  readonly connections: Connections;
  readonly signType: Scheme;
  /** What the gateway answers with; none of APIv2's over APIv3. */
  readonly reply: ReplyFields | "JSON";
  readonly kind: "ours" | "peer" | "hand-coded" | "raw";
  readonly transport: "node:https" | "undici";
  /** The packages that have to be installed, without Node's own. */
  readonly packages: ReadonlyArray<string>;
  readonly open: (site: Site) => Promise<Client>;
}

/** What a process has computed until its first refund was checked, from its start. */
export interface First {
  readonly cpuMicros: number;
}

export const tellFirst = (): void => {
  const { system, user } = process.cpuUsage();
  const first: First = { cpuMicros: system + user };
  process.send?.(first);
};
