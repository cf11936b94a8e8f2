import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import type { Client, Connections, Site } from "../Client.ts";
import type { SignType } from "../Story.ts";
import * as ours from "./ours.ts";

export const open = (site: Site, connections: Connections, signType: SignType): Promise<Client> =>
  ours.open(site, NodeHttpsTransport.layer, connections, signType);
