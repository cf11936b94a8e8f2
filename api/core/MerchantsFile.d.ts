/**
 * The merchants of a JSON file, as entries for `Merchants`.
 *
 * ```json
 * { "merchants": [ { "name": "shop", "v2": { "appId": "wx…", "mchId": "19…", "apiKey": { "file": "shop.key" }, "p12File": "shop.p12" } } ] }
 * ```
 *
 * The fields of a `v2` block are the variables `WECHAT_PAY_*` in lower camel case: `certFile` is WECHAT_PAY_CERT_FILE. Whatever reads those
 * variables, the merchant's settings and a transport's `layerConfig`, reads this block in their place, and the environment is not looked
 * at. A field that nobody reads is a mistake and said. Secrets do not stand in the file: they are `{ "file": … }` or `{ "variable": … }`.
 *
 * A provider's block may hold `subMerchants`, a list of `name`, `subMchId` and perhaps `subAppId`: each is an entry of its own over the
 * provider's key and transport.
 *
 * A `v3` block, alone or beside `v2`, holds the settings of APIv3 in the same way: `serialNo` is WECHAT_PAY_V3_SERIAL_NO, `apiV3Key`
 * WECHAT_PAY_V3_KEY. With both, `protocol` says what new refunds are made through.
 */
import * as Config from "effect/Config";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Merchant from "./Merchant.ts";
import { type Entry, InvalidMerchants, type Issue, type V3 } from "./Merchants.ts";
import { Transport } from "./Transport.ts";
/** What is read with the file. */
export interface Options<E, R, E2, R2> {
    /** An adapter's `layerConfig`; it is built once for each block, with the block in place of the environment. */
    readonly transport: Layer.Layer<Transport, E, R>;
    /**
     * Makes a `v3` block of the variables in use: `ApiV3.blockConfig` of `@wechat-refund/apiv3`. Its transport is built once for each block,
     * with the block in place of the environment.
     */
    readonly v3?: Effect.Effect<V3<E, R>, Merchant.InvalidMerchant | Config.ConfigError> | undefined;
    /** Reads a text file, such as a key of `{ "file": … }`. */
    readonly readFile: (path: string) => Effect.Effect<string, E2, R2>;
}
/** What a file gives: the merchants that can be made, and what is wrong with the others. */
export interface Contents<E, R> {
    readonly entries: ReadonlyArray<Entry<E | InvalidMerchants, R>>;
    readonly issues: ReadonlyArray<Issue>;
}
/**
 * Reads the file's text. What is wrong with the file is among the issues, to be said with what is wrong with the merchants
 * (`Merchants.make` takes them); a field that nobody reads is said when its transport is built.
 */
export declare const read: <E, R, E2, R2>(text: string, args_1: Options<E, R, E2, R2>) => Effect.Effect<Contents<never, R>, never, R2>;
