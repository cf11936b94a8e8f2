/**
 * The merchants of a JSON file on disk, each over a transport of its own; the form of the file is that of core's `MerchantsFile`.
 *
 * Read when the layer is built: the file, the secrets that it names by file, and every certificate.
 */
import {
  InvalidMerchants,
  layer as merchants,
  type Merchants,
  type Options as All,
} from "@wechat-refund/core/Merchants";
import * as MerchantsFile from "@wechat-refund/core/MerchantsFile";
import type { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import type { CertificateError } from "./CertificateError.ts";
import * as Material from "./internal/material.ts";

export interface Options<E, R> extends All {
  /** A path; a relative one counts from the directory that the process was started in, as do those in the file. */
  readonly file: string;
  /** An adapter's `layerConfig`; each merchant's own is built from it. */
  readonly transport: Layer.Layer<Transport, E, R>;
  /** For `v3` blocks: `ApiV3.blockConfig` of `@wechat-refund/apiv3`, over an adapter's `layerConfigNoCertificate`. */
  readonly v3?: MerchantsFile.Options<E, R, never, never>["v3"];
}

/** What is wrong with the file itself, in which no certificate is looked for. */
const unread = ({ detail, problem }: CertificateError): InvalidMerchants => {
  const message =
    problem === "file-is-directory" ? "This is a directory: name the file in it, such as merchants.json." : detail;
  return new InvalidMerchants({ issues: [{ merchant: "the file", field: "(text)", message }] });
};

const readText = (secret: boolean) => (path: string) =>
  Effect.map(Material.read(path, { secret }), ({ bytes }) => bytes.toString("utf8"));

/** The merchants of the file. All that is wrong with the file or with any of them is said at once. */
export const layer = <E, R>({
  file,
  transport,
  v3,
  ...options
}: Options<E, R>): Layer.Layer<Merchants, InvalidMerchants, R> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const text = yield* Effect.mapError(readText(false)(file), unread);
      const { entries, issues } = yield* MerchantsFile.read(text, { transport, v3, readFile: readText(true) });
      return merchants(entries, { ...options, issues });
    }),
  ).pipe(Layer.fresh);
