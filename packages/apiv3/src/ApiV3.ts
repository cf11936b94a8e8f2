/**
 * The whole shell: a `RefundClient` that speaks APIv3. What it gives, how its errors are to be read and what is seen of its calls (span,
 * metrics, log line) is core's, so that everything that is driven by a client works over it unchanged.
 *
 * What only APIv2 can do, such as listing the refunds of an order, is not in it.
 */
import { Endpoint } from "@wechat-refund/core/Endpoint";
import { InvalidMerchant } from "@wechat-refund/core/Merchant";
import * as Merchants from "@wechat-refund/core/Merchants";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import { Nonce } from "@wechat-refund/core/Pipeline";
import * as Protocol from "@wechat-refund/core/Protocol";
import { RefundClient } from "@wechat-refund/core/RefundClient";
import { type Reason, TransportFailed, type UntrustedReply } from "@wechat-refund/core/RefundError";
import type { Speaker, V3 } from "@wechat-refund/core/Speaker";
import { ConnectionLost, Transport, TransportError } from "@wechat-refund/core/Transport";
import type * as Config from "effect/Config";
import * as Clock from "effect/Clock";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Metric from "effect/Metric";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import * as Bills from "./Bills.ts";
import * as KeyRing from "./KeyRing.ts";
import * as Merchant from "./Merchant.ts";
import { encode, type Operation, read, signed } from "./Operation.ts";
import * as Refund from "./Refund.ts";
import * as RefundNotice from "./RefundNotice.ts";
import * as RefundQuery from "./RefundQuery.ts";
import * as Signature from "./Signature.ts";

const probes = Metric.counter("wechat_refund_probes", {
  description: "Replies and notices whose signature is wrong on purpose (探测流量), refused as they should be",
  incremental: true,
});

/** Counts a probe. */
export const countProbe = (of: "reply" | "notice"): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(probes, { of }), 1);

/** No call of this protocol needs a client certificate, so that one is missing explains nothing. */
const failed = (error: TransportError): TransportFailed => {
  const { reason } = error;
  if (reason._tag !== "ConnectionLost" || reason.silent === undefined) return new TransportFailed({ error });
  const { cause, detail } = reason;
  return new TransportFailed({
    error: new TransportError({ reason: new ConnectionLost({ detail, ...(cause !== undefined && { cause }) }) }),
  });
};

const seconds = Effect.map(Clock.currentTimeMillis, (millis) => Math.floor(millis / 1000));

const isUnknownKey = (reason: Reason): reason is UntrustedReply =>
  reason._tag === "UntrustedReply" && reason.problem === "unknown-key";

/** What the calls of a client are made with. */
export interface Parts {
  readonly merchant: Merchant.MerchantIdentity;
  readonly transport: Transport["Service"];
  readonly ring: KeyRing.KeyRing;
  /** The `Endpoint` that the client's own layer was given, where it was. */
  readonly endpoint?: string | undefined;
}

const call = <In, Out>(operation: Operation<In, Out>, { endpoint, merchant, ring, transport }: Parts) => {
  const { apiV3Key, credential, subMchId } = merchant;
  const whose = { mchId: credential.mchId, subMchId };
  const account = { ...whose, apiV3Key };
  return Protocol.call<In, Out>({
    operation,
    whose,
    endpoints: [endpoint, merchant.endpoint],
    stages: Effect.fnUntraced(function* (request: In, host: string, onPost: () => void) {
      const asked = encode(operation, request, account);
      if (Result.isFailure(asked)) return yield* Effect.fail(asked.failure);
      const { keys, preferred } = yield* ring.ready(host);
      const nonce = yield* yield* Nonce;
      const timestamp = yield* seconds;
      const context = { credential, endpoint: host, nonce, timestamp, platformKeyId: preferred };
      const made = signed(asked.success, context);
      if (Result.isFailure(made)) return yield* Effect.fail(made.failure);
      onPost();
      const reply = yield* Effect.mapError(transport.send(made.success.request), failed);
      const expectations = operation.expectations(request);
      const now = yield* seconds;
      const first = read(operation, reply, { keys, now }, expectations);
      if (Result.isSuccess(first)) return first.success;
      const reason = first.failure;
      if (reason._tag === "UntrustedReply" && reason.problem === "probe") yield* countProbe("reply");
      if (!isUnknownKey(reason)) return yield* Effect.fail(reason);
      const second = read(operation, reply, { keys: yield* ring.find(reason.serial ?? "", host), now }, expectations);
      return Result.isFailure(second) ? yield* Effect.fail(second.failure) : second.success;
    }),
  });
};

/** A client of these parts. */
export const clientOf = (parts: Parts): RefundClient["Service"] => {
  const query = call(RefundQuery.operation, parts);
  return { refund: call(Refund.operation, parts), query, confirm: Protocol.confirming(query) };
};

/** The client of the merchant and the transport in context. */
export const make: Effect.Effect<RefundClient["Service"], never, Merchant.Merchant | Transport> = Effect.contextWith(
  (context: Context.Context<Merchant.Merchant | Transport>) =>
    Effect.sync(() => {
      const merchant = Context.get(context, Merchant.Merchant);
      const transport = Context.get(context, Transport);
      const ring = KeyRing.make(merchant, transport);
      return clientOf({ merchant, transport, ring, endpoint: Context.getOrUndefined(context, Endpoint) });
    }),
);

/** What the client's merchant says, as `Merchants` takes it: one set of keys for all its clients and notices. */
export const speakerOf = (
  merchant: Merchant.MerchantIdentity,
  transport: Transport["Service"],
  endpoint?: string,
): Speaker => {
  const { apiV3Key, credential, subMchId } = merchant;
  const ring = KeyRing.make(merchant, transport);
  const account = { mchId: credential.mchId, subMchId };
  const host = endpoint ?? merchant.endpoint ?? mainEndpoint;
  return {
    protocol: "v3",
    ...account,
    ...((endpoint ?? merchant.endpoint) !== undefined && { endpoint: endpoint ?? merchant.endpoint }),
    check: (request) => Result.map(encode(Refund.operation, request, { ...account, apiV3Key }), () => undefined),
    client: (transport) => clientOf({ merchant, transport, ring, endpoint }),
    ready: Effect.asVoid(ring.ready(host)),
    bill: (request, transport) => Bills.download(request, { merchant, transport, ring, host, whole: true }),
    openNotice: Effect.fnUntraced(function* (callback) {
      const now = yield* seconds;
      const receiver = { ...account, apiV3Key: apiV3Key ?? Redacted.make(""), now };
      const first = RefundNotice.open(callback, { ...receiver, keys: ring.known() });
      if (Result.isSuccess(first)) return first.success;
      const { problem } = first.failure;
      if (problem === "probe") yield* countProbe("notice");
      const serial = problem === "unknown-key" ? Signature.serialIn(callback.headers) : undefined;
      if (serial === undefined) return yield* Effect.fail(first.failure);
      // It was posted by anybody: a look for its key is one a minute, whoever asks.
      const keys = yield* ring.find(serial, host);
      return yield* Effect.fromResult(RefundNotice.open(callback, { ...receiver, keys }));
    }),
  };
};

/** The `v3` block of an entry of `Merchants`. */
export const block = <E, R>({
  transport,
  ...options
}: Merchant.MerchantOptions & { readonly transport: Layer.Layer<Transport, E, R> }): V3<E, R> => ({
  transport,
  make: (over, around) =>
    Result.flatMap(Merchant.make(options), (merchant) =>
      Result.mapBoth(Protocol.agreed([around, merchant.endpoint]), {
        onSuccess: (endpoint) => speakerOf(merchant, over, endpoint),
        onFailure: ({ issues }) => new InvalidMerchant({ issues }),
      }),
    ),
});

/** {@link block} of the variables in use, see `Merchant.config`: what `MerchantsFile` makes its `v3` blocks with. */
export const blockConfig = <E, R>(
  transport: Layer.Layer<Transport, E, R>,
): Effect.Effect<V3<E, R>, InvalidMerchant | Config.ConfigError> =>
  Effect.map(Merchant.config, (options) => block({ ...options, transport }));

/** The one merchant of the variables in use under a name, as core's `Merchants.layerConfig` gives that of APIv2. */
export const layerMerchants = <E, R>(
  transport: Layer.Layer<Transport, E, R>,
  { name = "default", ...options }: Merchants.Options & { readonly name?: string | undefined } = {},
): Layer.Layer<Merchants.Merchants, Merchants.InvalidMerchants, R> =>
  Layer.fresh(
    Layer.effect(
      Merchants.Merchants,
      Effect.gen(function* () {
        const v3 = yield* Effect.mapError(
          blockConfig(transport),
          (error) => new Merchants.InvalidMerchants({ issues: Merchants.issuesOf(name, "v3", error) }),
        );
        return yield* Merchants.make([{ name, v3 }], options);
      }),
    ),
  );

/** The client as a layer over a merchant and a transport, made anew at each use, as core's is. */
export const layer: Layer.Layer<RefundClient, never, Merchant.Merchant | Transport> = Layer.fresh(
  Layer.effect(RefundClient, make),
);

/** The client of the merchant of the `ConfigProvider` in use (`Merchant.config`) over an adapter's `layerConfig`. */
export const layerConfig = <E, R>(
  transport: Layer.Layer<Transport, E, R>,
): Layer.Layer<RefundClient, InvalidMerchant | Config.ConfigError | E, R> =>
  Layer.fresh(layer.pipe(Layer.provide([Merchant.layerConfig, transport])));
