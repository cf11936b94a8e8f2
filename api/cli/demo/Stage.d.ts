import * as Merchant from "@wechat-refund/core/Merchant";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { SignType } from "@wechat-refund/core/Signature";
import { Transport } from "@wechat-refund/core/Transport";
import { TransportStub } from "@wechat-refund/core/testing";
import * as ClientCertificate from "@wechat-refund/mutual-tls/ClientCertificate";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import { Gateway, Server } from "@wechat-refund/simulator";
import { TestIdentities } from "@wechat-refund/testkit";
import * as Effect from "effect/Effect";
import type { Scope } from "effect/Scope";
import type * as Adapters from "../Adapters.ts";
/** The forms in which a merchant may hold its certificate, by the names the demonstration gives them. */
export declare const forms: readonly ["PEM", "PKCS#12", "RC2-40"];
export type Form = (typeof forms)[number];
/** Who takes part: the authority, the server and the merchants, and the merchant's certificate opened from each form. */
export interface Cast {
    readonly identities: TestIdentities.TestIdentities;
    readonly certificates: Readonly<Record<Form, ClientCertificate.ClientCertificate>>;
}
/** Makes the certificates. */
export declare const cast: Effect.Effect<Cast, ClientCertificate.CertificateError>;
/** A certificate of an identity in PEM. */
export declare const certificateOf: ({ certificatePem, privateKeyPem, }: TestIdentities.Identity) => Effect.Effect<ClientCertificate.ClientCertificate, ClientCertificate.CertificateError>;
/** How the client is set up. */
export interface Setting {
    readonly adapter: Adapters.Name;
    readonly signType: SignType;
    readonly certificate: ClientCertificate.ClientCertificate | undefined;
    /** Default: the merchant's own. */
    readonly apiKey?: string;
    /** Default: the authority that signed the server's certificate, and no other. */
    readonly trust?: TransportSettings.Trust;
}
/** A gateway and its client. */
export interface Stage {
    readonly url: string;
    readonly gateway: Gateway.Gateway;
    readonly merchant: Merchant.MerchantIdentity;
    readonly client: Pick<RefundClient.RefundClient["Service"], "refund" | "query">;
    readonly transport: Transport["Service"];
    /** Lets a minute pass at the gateway: by then it has decided. */
    readonly letMinutePass: Effect.Effect<void>;
    /** What went over the wire, byte for byte. */
    readonly posts: ReadonlyArray<TransportStub.Recorded>;
}
/** Opens a gateway and a client of it; both end with the scope. */
export declare const make: (args_0: Cast, adapter: typeof Adapters.layer, setting: Setting) => Effect.Effect<Stage, Server.CannotListen | ClientCertificate.CertificateError | Merchant.InvalidMerchant, Scope>;
