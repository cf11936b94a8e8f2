/** What an endpoint decides about a request, and what it decides from; how a verdict looks on the wire is the gateway's business. */
import type { Config, Merchant } from "../GatewayConfig.ts";
import type { Ledger } from "../Ledger.ts";
import type { Fields } from "../Message.ts";

/** A verdict without a signature: all there is for a request that was not admitted. */
export type Outside =
  /** A page of the web server in front; `reason` names the status, `title` heads the page. */
  | { readonly _tag: "Page"; readonly status: number; readonly reason: string; readonly title?: string }
  /** `return_code` FAIL. */
  | { readonly _tag: "Unsigned"; readonly text: string };

export type Verdict =
  | Outside
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
export const unsigned = (text: string): Outside => ({ _tag: "Unsigned", text });
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
}

export interface Endpoint {
  /** Whether the merchant must show its certificate. */
  readonly certificate: boolean;
  readonly judge: (world: World, request: Admitted) => Verdict;
}
