import type { ClientCertificate } from "@wechat-refund/mutual-tls/ClientCertificate";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import { type Say } from "./Language.ts";
import { type Check } from "./Check.ts";
/** What calls are made with, once the network was looked at; nothing where there is no address to look at. */
export declare const network: (say: Say, endpoint: string | undefined, certificate: ClientCertificate | undefined, report: (check: Check) => Effect.Effect<void>) => Effect.Effect<{
    main: string;
    name: string;
    reachable: boolean;
    settings: TransportSettings.TransportSettings;
} | undefined, never, never>;
