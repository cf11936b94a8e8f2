/**
 * The merchants of a JSON file on disk, each over a transport of its own; the form of the file is that of core's `MerchantsFile`.
 *
 * Read when the layer is built: the file, the secrets that it names by file, and every certificate.
 */
import { InvalidMerchants, type Merchants, type Options as All } from "@wechat-refund/core/Merchants";
import * as MerchantsFile from "@wechat-refund/core/MerchantsFile";
import type { Transport } from "@wechat-refund/core/Transport";
import * as Layer from "effect/Layer";
export interface Options<E, R> extends All {
    /** A path; a relative one counts from the directory that the process was started in, as do those in the file. */
    readonly file: string;
    /** An adapter's `layerConfig`; each merchant's own is built from it. */
    readonly transport: Layer.Layer<Transport, E, R>;
    /** For `v3` blocks: `ApiV3.blockConfig` of `@wechat-refund/apiv3`, over an adapter's `layerConfigNoCertificate`. */
    readonly v3?: MerchantsFile.Options<E, R, never, never>["v3"];
}
/** The merchants of the file. All that is wrong with the file or with any of them is said at once. */
export declare const layer: <E, R>({ file, transport, v3, ...options }: Options<E, R>) => Layer.Layer<Merchants, InvalidMerchants, R>;
