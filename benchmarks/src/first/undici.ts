import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { first } from "./first.ts";

await first(UndiciTransport.layer);
