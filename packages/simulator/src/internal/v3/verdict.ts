/** What an endpoint of APIv3 decides about a request; how it looks on the wire is `render`'s business. */
import type { Merchant, MerchantV3 } from "../../GatewayConfig.ts";
import type { Credentials } from "../../MessageV3.ts";
import type { PlatformKeys } from "../../PlatformKeys.ts";
import type { Kind } from "../../Fault.ts";
import type { World } from "../verdict.ts";

/** A refusal with code and text. */
export interface Refused {
  readonly _tag: "Refused";
  readonly status: number;
  readonly code: string;
  readonly text: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export type VerdictV3 =
  | Refused
  /** HTTP 200; `repeated` when it had been said before. */
  | { readonly _tag: "Answered"; readonly body: object; readonly repeated: boolean }
  /** A status and no body: of an address or a method that is not there, or of 202. */
  | { readonly _tag: "Nothing"; readonly status: number }
  /** A file; it is never signed. */
  | { readonly _tag: "Document"; readonly contentType: string; readonly body: Uint8Array };

export const no = (status: number, code: string, text: string, detail?: Refused["detail"]): Refused => ({
  _tag: "Refused",
  status,
  code,
  text,
  ...(detail !== undefined && { detail }),
});
export const answered = (body: object, repeated = false): VerdictV3 => ({ _tag: "Answered", body, repeated });
export const nothing = (status: number): VerdictV3 => ({ _tag: "Nothing", status });

/** A request whose signature is right. */
export interface Admitted {
  readonly merchant: Merchant;
  readonly v3: MerchantV3;
  readonly credentials: Credentials;
  /** The part of the path after the endpoint's own, decoded; empty where there is none. */
  readonly param: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Where the gateway was reached, for addresses that it gives out. */
  readonly origin: string;
  readonly now: number;
}

/** What an endpoint judges with. */
export interface WorldV3 extends World {
  readonly platform: PlatformKeys;
  readonly nonce: () => string;
  readonly downloads: Downloads;
}

/** Files that wait to be fetched, by the token of their address. */
export type Downloads = Map<string, { readonly mchId: string; readonly until: number; readonly body: Uint8Array }>;

export interface EndpointV3 {
  readonly kind: Kind;
  readonly method: "GET" | "POST";
  /** The whole path, or with a final slash what comes before its last part. */
  readonly path: string;
  readonly judge: (world: WorldV3, request: Admitted) => VerdictV3;
}
