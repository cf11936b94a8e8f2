import type { Call, Reply } from "./Call.ts";
import * as Chaos from "./Chaos.ts";
import type { Explanation } from "./Diagnosis.ts";
import * as ExchangeLog from "./ExchangeLog.ts";
import * as Fault from "./Fault.ts";
import { Config, type Merchant } from "./GatewayConfig.ts";
import * as Keyring from "./internal/keyring.ts";
import * as Ledger from "./Ledger.ts";
import type { LedgerFile } from "./LedgerFile.ts";
import * as Notices from "./Notices.ts";
import * as PlatformKeys from "./PlatformKeys.ts";
export type { Call, ClientCertificate, Reply } from "./Call.ts";
/** How far the gateway's time is ahead of the clock of whoever carries calls to it. */
export interface GatewayClock {
    /** The gateway's time at a time of that clock, in milliseconds since 1970. */
    readonly at: (millis: number) => number;
    /** How far ahead it is. */
    readonly ahead: () => number;
    /** Moves the gateway's time on. Throws when told to move it back. */
    readonly advance: (millis: number) => void;
}
/** A gateway and what can be seen of it. `handle` is pure but for what it enters into ledger and log. */
export interface Gateway {
    readonly handle: (call: Call) => Reply;
    /** Whether the front says nothing to such a call and closes the connection; see `badCertificate` of the configuration. */
    readonly isSilent: (call: Pick<Call, "path" | "clientCertificate">) => boolean;
    readonly ledger: Ledger.Ledger;
    readonly log: ExchangeLog.ExchangeLog;
    /** Faults that the carriers of calls take from; see {@link Fault}. */
    readonly faults: Fault.Faults;
    /** Faults at random, for calls that met none of `faults`; see {@link Chaos}. */
    readonly chaos: Chaos.Chaos;
    readonly clock: GatewayClock;
    /** What merchants are told of their refunds' results; see {@link Notices}. */
    readonly notices: Notices.Notices;
    readonly keyring: Keyring.Keyring;
    /** What APIv3 signs with. */
    readonly platform: PlatformKeys.PlatformKeys;
    /** What can be said of an exchange's request: was it signed as it must be, and if not, why. */
    readonly explain: (exchange: ExchangeLog.Exchange) => Explanation;
    readonly merchants: readonly [Merchant, ...ReadonlyArray<Merchant>];
    /** The merchant numbers, in the order of the configuration. */
    readonly merchantNumbers: readonly [string, ...ReadonlyArray<string>];
}
/** What a gateway is told of an earlier one, and whom it tells. */
export interface Memory extends LedgerFile {
    readonly now: number;
}
/** A gateway. Throws `InvalidConfig`, which names every wrong field. */
export declare const make: (input: typeof Config.Encoded, memory?: Memory) => Gateway;
