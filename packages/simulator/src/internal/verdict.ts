/** What an endpoint decides about a request, and what it decides from; how a verdict looks on the wire is the gateway's business. */
import type { Config, Merchant } from "../GatewayConfig.ts";
import type { Limiter } from "./limiter.ts";
import type { Ledger, Row } from "../Ledger.ts";
import type { Fields } from "../Message.ts";

/** A verdict without a signature: all there is for a request that was not admitted. */
export type Outside =
  /** A page of the web server in front; `reason` names the status, `title` heads the page. */
  | { readonly _tag: "Page"; readonly status: number; readonly reason: string; readonly title?: string }
  /** `return_code` FAIL. */
  | { readonly _tag: "Unsigned"; readonly text: string; readonly errorCode?: string };

/** Bytes that are no message, unsigned. */
export interface Document {
  readonly _tag: "Document";
  readonly contentType: string;
  readonly body: Uint8Array;
}

export type Verdict =
  | Outside
  | Document
  /** `result_code` FAIL, signed. */
  | { readonly _tag: "Refused"; readonly code: string; readonly text: string }
  /** `result_code` SUCCESS, signed; `repeated` when it had been said before. */
  | { readonly _tag: "Answered"; readonly fields: Fields; readonly repeated: boolean };

export const page = (status: number, reason: string, title?: string): Outside => ({
  _tag: "Page",
  status,
  reason,
  ...(title !== undefined && { title }),
});
export const unsigned = (text: string, errorCode?: string): Outside => ({
  _tag: "Unsigned",
  text,
  ...(errorCode !== undefined && { errorCode }),
});
export const document = (contentType: string, body: Uint8Array): Document => ({ _tag: "Document", contentType, body });
export const refused = (code: string, text: string): Verdict => ({ _tag: "Refused", code, text });
export const answered = (fields: Fields, repeated = false): Verdict => ({ _tag: "Answered", fields, repeated });

/** A request that was readable, signed, and sent by the merchant it names. */
export interface Admitted {
  readonly merchant: Merchant;
  readonly fields: Fields;
  readonly now: number;
}

/** What an endpoint judges with. */
export interface World {
  readonly config: Config;
  readonly ledger: Ledger;
  readonly limiter: Limiter;
  /** Told of every row that is entered. */
  readonly entered: (row: Row) => void;
}

export interface Endpoint {
  /** Whether the merchant must show its certificate. */
  readonly certificate: boolean;
  /** What it says at the door, where it has words of its own. */
  readonly texts?: { readonly unreadable: string; readonly badSignature: string };
  readonly judge: (world: World, request: Admitted) => Verdict;
}
