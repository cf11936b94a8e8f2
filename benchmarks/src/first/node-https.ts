import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { first } from "./first.ts";

await first(NodeHttpsTransport.layer);
