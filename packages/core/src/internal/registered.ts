/** A merchant that is ready, of one protocol or of both, and how it is put together. Exported by `Merchants`. */
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Merchant from "../Merchant.ts";
import * as OrderRefunds from "../OrderRefunds.ts";
import * as Pace from "../Pace.ts";
import * as RefundClient from "../RefundClient.ts";
import type { Protocol, Speaker } from "../Speaker.ts";
import { Transport } from "../Transport.ts";

/** A merchant number and, for a sub-merchant, its own. */
export interface Numbers {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
}

/** What a program of one merchant may ask for. */
export type Services = RefundClient.RefundClient | OrderRefunds.OrderRefunds | Merchant.Merchant | Transport;

/** What a merchant says through APIv3. */
export interface RegisteredV3 {
  readonly speaker: Speaker;
  readonly transport: Transport["Service"];
  readonly client: RefundClient.RefundClient["Service"];
}

interface Common {
  readonly name: string;
  /** What new refunds are made through. */
  readonly protocol: Protocol;
  /** Of that protocol. */
  readonly client: RefundClient.RefundClient["Service"];
  /** What holds this merchant, such as no money (余额不足): until it is lifted hardly anything is sent for it, see `Pace`. */
  readonly held: () => Pace.Held | undefined;
}

/** A merchant of APIv2, and perhaps of APIv3 too. What only APIv2 can do, such as `orders`, is here alone. */
export interface RegisteredV2 extends Common {
  readonly merchant: Merchant.MerchantIdentity;
  readonly orders: OrderRefunds.OrderRefunds["Service"];
  readonly services: Context.Context<Services>;
  readonly v3: RegisteredV3 | undefined;
}

/** A merchant of APIv3 alone: its numbers, and its client. */
export interface OnlyV3 extends Common {
  readonly merchant: Numbers & { readonly endpoint?: string | undefined };
  readonly orders?: undefined;
  readonly services: Context.Context<RefundClient.RefundClient | Transport>;
  readonly v3: RegisteredV3;
}

/** A merchant that is ready: everything in it is its own. */
export type Registered = RegisteredV2 | OnlyV3;

/** Whether a merchant has the XML protocol. */
export const hasV2 = (registered: Registered): registered is RegisteredV2 => registered.orders !== undefined;

/** What a request of a merchant is checked by, in a protocol that it has. */
export const speakerOf = (
  registered: Registered,
  protocol: Protocol,
): Merchant.MerchantIdentity | Speaker | undefined =>
  protocol === "v3" ? registered.v3?.speaker : hasV2(registered) ? registered.merchant : undefined;

/** What its settings gave. */
export interface Made {
  readonly name: string;
  readonly numbers: Numbers;
  readonly protocol: Protocol;
  readonly v2: { readonly merchant: Merchant.MerchantIdentity; readonly transport: Transport["Service"] } | undefined;
  readonly v3: { readonly speaker: Speaker; readonly transport: Transport["Service"] } | undefined;
}

// What a program of this merchant builds is not what surrounds it has built from the same layer for another.
const apart = () => Context.make(Layer.CurrentMemoMap, Layer.makeMemoMapUnsafe());

/** Puts it together; both protocols of a merchant share its pace. */
export const register = Effect.fnUntraced(function* (
  { name, numbers, protocol, v2, v3: made }: Made,
  pace: Pace.Pace | undefined,
): Effect.fn.Return<Registered> {
  const { subMchId = "" } = numbers;
  const paced = (client: RefundClient.RefundClient["Service"]) =>
    pace === undefined ? client : pace.refundClient(client, subMchId);
  const v3 = made === undefined ? undefined : { ...made, client: paced(made.speaker.client(made.transport)) };
  if (v2 === undefined) {
    const { client, transport } = v3 as RegisteredV3;
    const { endpoint } = (v3 as RegisteredV3).speaker;
    const merchant = { ...numbers, ...(endpoint !== undefined && { endpoint }) };
    const services = Context.make(Transport, transport).pipe(
      Context.add(RefundClient.RefundClient, client),
      Context.merge(apart()),
    );
    return {
      name,
      merchant,
      protocol,
      client,
      services,
      v3: v3 as RegisteredV3,
      held: Pace.of(client).lane.held,
    };
  }
  const { merchant, transport } = v2;
  const parts = Context.make(Merchant.Merchant, merchant).pipe(Context.add(Transport, transport));
  const bare = yield* Effect.all({ client: RefundClient.make, orders: OrderRefunds.make }).pipe(
    Effect.provideContext(parts),
  );
  const client = protocol === "v3" && v3 !== undefined ? v3.client : paced(bare.client);
  const orders = pace === undefined ? bare.orders : pace.orderRefunds(bare.orders, subMchId);
  const services = parts.pipe(
    Context.add(RefundClient.RefundClient, client),
    Context.add(OrderRefunds.OrderRefunds, orders),
    Context.merge(apart()),
  );
  return { name, merchant, protocol, client, orders, services, v3, held: Pace.of(client).lane.held };
});
