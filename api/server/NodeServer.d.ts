import * as HttpRouter from "effect/http/HttpRouter";
import * as Layer from "effect/Layer";
import * as Redacted from "effect/Redacted";
import * as Schema from "effect/Schema";
export type { NodeServices } from "@effect/platform-node/NodeServices";
export interface Options {
    readonly port: number;
    /** `127.0.0.1` unless told otherwise. */
    readonly host?: string | undefined;
    /** PEM texts. */
    readonly tls?: {
        readonly certificate: string;
        readonly key: Redacted.Redacted;
    } | undefined;
    /** Networks (CIDR) of the proxies that may speak to this listener in the clear, and whose `X-Forwarded-For` is believed. */
    readonly behindProxy?: ReadonlyArray<string> | undefined;
    /** How long answers that are under way are waited for at the end; 10 s. */
    readonly drain?: number | undefined;
}
declare const InvalidListener_base: Schema.Class<InvalidListener, Schema.TaggedStruct<"InvalidListener", {
    readonly issues: Schema.$Array<Schema.Struct<{
        readonly field: Schema.String;
        readonly message: Schema.String;
    }>>;
}>, import("effect/Cause").YieldableError>;
/** What is wrong with a listener's settings, all of it at once; nothing listens. */
export declare class InvalidListener extends InvalidListener_base {
    get message(): string;
}
/** Whether only this machine reaches what listens there. */
export declare const isLoopback: (host?: string) => boolean;
/** What is wrong with them. */
export declare const issuesOf: ({ behindProxy, host, port, tls }: Options) => InvalidListener["issues"];
/** The listener. */
export declare const layer: (options: Options) => Layer.Layer<import("effect/http/Etag").Generator | import("effect/http/HttpPlatform").HttpPlatform | import("effect/http/HttpServer").HttpServer | import("@effect/platform-node/NodeServices").NodeServices, InvalidListener | import("effect/http/HttpServerError").ServeError, never>;
/** Believes the proxies' `X-Forwarded-For`, and refuses who comes past them. Probes may come from anywhere. */
export declare const layerProxies: ({ behindProxy, tls }: Pick<Options, "behindProxy" | "tls">) => Layer.Layer<never, never, HttpRouter.HttpRouter>;
