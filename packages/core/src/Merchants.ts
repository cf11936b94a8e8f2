/**
 * Several merchants in one process: each name stands for one merchant number, or for one sub-merchant of a provider, with its own
 * identity, key, transport and pace.
 *
 * All are made when the layer is built, and all that is wrong with any of them is said at once. Nothing is chosen by default: who refunds
 * is named at each use (`provide`, `get`, `find`).
 */
import * as Config from "effect/Config";
import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { onOneLine } from "./Printed.ts";
import * as SchemaIssue from "effect/SchemaIssue";
import { Endpoint } from "./Endpoint.ts";
import { agreed } from "./internal/endpoint.ts";
import * as Merchant from "./Merchant.ts";
import * as Pace from "./Pace.ts";
import { InvalidRequest } from "./RefundError.ts";
import * as RefundNotice from "./RefundNotice.ts";
import { hasV2, type Made, type Numbers, type Registered, register, type Services } from "./internal/registered.ts";
import type { Protocol, V3 } from "./Speaker.ts";
import { Transport } from "./Transport.ts";

export type { Protocol, V3 } from "./Speaker.ts";

/** The XML protocol (APIv2) of a merchant: its settings, and the transport that presents its certificate. */
export interface V2<E = never, R = never> extends Merchant.MerchantOptions {
  /** Entries that name the same layer value share one transport, as the sub-merchants of a provider do. */
  readonly transport: Layer.Layer<Transport, E, R>;
}

/** One merchant to be made. `name`: 1 to 64 letters, digits, `.`, `_` and `-`; it stands in addresses, logs and settings. */
export interface Entry<E = never, R = never> {
  readonly name: string;
  readonly v2?: V2<E, R> | undefined;
  /** APIv3: `ApiV3.block` of `@wechat-refund/apiv3`. With both blocks the notices of both forms are opened. */
  readonly v3?: V3<E, R> | undefined;
  /** What new refunds are made through where there are both blocks: APIv2, unless this says otherwise. */
  readonly protocol?: Protocol | undefined;
}

/** What is wrong with the merchants: all of it at once, by name and field; no secret is repeated. */
export class InvalidMerchants extends onOneLine(
  Schema.TaggedError<InvalidMerchants>("@wechat-refund/core/Merchants/InvalidMerchants")("InvalidMerchants", {
    issues: Schema.Array(Schema.Struct({ merchant: Schema.String, field: Schema.String, message: Schema.String })),
  }),
) {
  override get message(): string {
    return this.issues.map(({ field, merchant, message }) => `${merchant}: ${field} ${message}`).join("; ");
  }
}

export type Issue = InvalidMerchants["issues"][number];

const namePattern = /^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$/;
/** What an API key looks like; a digest, as some use for names, has no capitals beside small letters. */
const keyPattern = /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[0-9A-Za-z]{32}$/;

/** What is wrong with a name that is none. */
export const notAName = "must be 1 to 64 letters, digits, . _ or -, and not look like a key";

const isName = (name: string): boolean => namePattern.test(name) && !keyPattern.test(name);

/** A name as it may be printed: what is no name may be anything. */
export const shownName = (name: string): string => (isName(name) ? name : "(not a name)");

/** Nobody is registered by this name or these numbers. */
export class UnknownMerchant extends onOneLine(
  Schema.TaggedError<UnknownMerchant>("@wechat-refund/core/Merchants/UnknownMerchant")("UnknownMerchant", {
    asked: Schema.String,
    known: Schema.Array(Schema.String),
  }),
) {
  override get message(): string {
    const known = this.known.slice(0, 10).join(", ");
    const more = this.known.length > 10 ? `, and ${this.known.length - 10} more` : "";
    return `there is no merchant ${this.asked}; there are: ${known}${more}`;
  }
}

export {
  hasV2,
  type Numbers,
  type OnlyV3,
  type Registered,
  type RegisteredV2,
  type RegisteredV3,
  type Services,
  speakerOf,
} from "./internal/registered.ts";

/** A notice and whose it is. */
export interface Noticed {
  readonly registered: Registered;
  readonly notice: RefundNotice.RefundNotice;
}

/** The merchants of a process. */
export class Merchants extends Context.Service<
  Merchants,
  {
    readonly all: ReadonlyArray<Registered>;
    readonly get: (name: string) => Effect.Effect<Registered, UnknownMerchant>;
    readonly find: (numbers: Numbers) => Effect.Effect<Registered, UnknownMerchant>;
    /**
     * Opens a notice (退款结果通知) that came to the address of this name. The merchant is the address's, never one that the notice names
     * itself; an envelope that names another merchant, or another sub-merchant, is refused. `headers` of the callback tell APIv3's form from
     * APIv2's; one that fails in its own form is never tried in the other.
     */
    readonly openNotice: (
      name: string,
      body: Uint8Array,
      headers?: Readonly<Record<string, string>>,
    ) => Effect.Effect<Noticed, UnknownMerchant | RefundNotice.BadNotice>;
  }
>()("@wechat-refund/core/Merchants") {}

/** How all of them are made. */
export interface Options {
  /** The limits of each merchant number, shared by its sub-merchants; with `false` the clients' own calls do not wait. */
  readonly pace?: Pace.Options | false | undefined;
  /** What else is known to be wrong, to be said with the rest. */
  readonly issues?: ReadonlyArray<Issue> | undefined;
}

const keyOf = ({ mchId, subMchId }: Numbers): string => `${mchId} ${subMchId ?? ""}`;

const shownNumber = (number: string): string => (/^[0-9A-Za-z_-]{1,31}$/.test(number) ? number : "(not a number)");

const shownNumbers = ({ mchId, subMchId }: Numbers): string =>
  subMchId === undefined ? shownNumber(mchId) : `${shownNumber(mchId)}/${shownNumber(subMchId)}`;

const formatter = SchemaIssue.makeFormatterStandardSchemaV1();

/** What is wrong, by field where that is known; without the values. */
export const issuesOf = (merchant: string, field: string, error: unknown): ReadonlyArray<Issue> => {
  if (error instanceof Merchant.InvalidMerchant || error instanceof InvalidRequest) {
    return error.issues.map(({ field, message }) => ({ merchant, field, message }));
  }
  if (error instanceof InvalidMerchants) return error.issues;
  if (error instanceof Config.ConfigError && Schema.isSchemaError(error.cause)) {
    return formatter(error.cause.issue).issues.map(({ message, path = [] }) => ({
      merchant,
      field: path.map(String).join("."),
      message,
    }));
  }
  return [
    {
      merchant,
      field,
      message: error instanceof Error || error instanceof Config.ConfigError ? error.message : "cannot be made",
    },
  ];
};

const namesOf = (entries: ReadonlyArray<Entry<unknown, unknown>>): ReadonlyArray<Issue> => {
  const seen = new Set<string>();
  return entries.flatMap(({ name }): ReadonlyArray<Issue> => {
    const merchant = shownName(name);
    if (merchant !== name) return [{ merchant, field: "name", message: notAName }];
    if (seen.has(name)) return [{ merchant, field: "name", message: "is used twice: each merchant needs its own" }];
    seen.add(name);
    return [];
  });
};

const twice = (made: ReadonlyArray<Made>): ReadonlyArray<Issue> => {
  const first = new Map<string, string>();
  return made.flatMap(({ name, numbers }): ReadonlyArray<Issue> => {
    const before = first.get(keyOf(numbers));
    if (before === undefined) first.set(keyOf(numbers), name);
    return before === undefined
      ? []
      : [{ merchant: name, field: "mchId", message: `is the number of ${before}: a number has one entry` }];
  });
};

const serviceOf = (all: ReadonlyArray<Registered>): Merchants["Service"] => {
  const byName = new Map(all.map((registered) => [registered.name, registered]));
  const byNumbers = new Map(all.map((registered) => [keyOf(registered.merchant), registered]));
  const known = all.map(({ name }) => name);
  const found = (registered: Registered | undefined, asked: string) =>
    registered === undefined ? Effect.fail(new UnknownMerchant({ asked, known })) : Effect.succeed(registered);
  const get = (name: string) => found(byName.get(name), shownName(name));
  return {
    all,
    get,
    find: (numbers) => found(byNumbers.get(keyOf(numbers)), shownNumbers(numbers)),
    openNotice: Effect.fnUntraced(function* (name, body, headers = {}) {
      const registered = yield* get(name);
      const { v3 } = registered;
      if (v3 !== undefined && (!hasV2(registered) || RefundNotice.formOf({ headers, body }) === "v3")) {
        return { registered, notice: yield* v3.speaker.openNotice({ headers, body }) };
      }
      const merchant = registered.merchant as Merchant.MerchantIdentity;
      const notice = yield* Effect.fromResult(RefundNotice.open(body, merchant));
      // An envelope may leave the sub-merchant out; one that names another, or any to the merchant's own address, is not for it.
      if (notice.subMchId !== undefined && notice.subMchId !== merchant.subMchId) {
        return yield* new RefundNotice.BadNotice({
          problem: "other-merchant",
          field: "sub_mch_id",
          expected: merchant.subMchId ?? "none",
          received: notice.subMchId,
        });
      }
      return { registered, notice };
    }),
  };
};

/** Makes them, for the life of the scope. Fails with all that is wrong with any of them. */
export const make = Effect.fnUntraced(function* <E, R>(
  entries: ReadonlyArray<Entry<E, R>>,
  { issues: known = [], pace = {} }: Options = {},
) {
  const scope = yield* Effect.scope;
  const around = Context.getOrUndefined(yield* Effect.context<never>(), Endpoint);
  // By the value that an entry names, each with a memory of its own: inside two of them one layer may stand for two merchants.
  const transports = new Map<V2<E, R>["transport"], Result.Result<Transport["Service"], E>>();
  const transportOf = Effect.fnUntraced(function* (layer: V2<E, R>["transport"]) {
    const known = transports.get(layer);
    if (known !== undefined) return known;
    const built = yield* Effect.result(Layer.buildWithMemoMap(layer, Layer.makeMemoMapUnsafe(), scope));
    const transport = Result.map(built, Context.get(Transport));
    transports.set(layer, transport);
    return transport;
  });
  const issues: Array<Issue> = [...known, ...namesOf(entries)];
  if (entries.length === 0 && known.length === 0)
    issues.push({ merchant: "merchants", field: "list", message: "is empty: name at least one" });
  const made: Array<Made> = [];
  const v2Of = Effect.fnUntraced(function* (name: string, v2: V2<E, R>) {
    const merchant = Merchant.make(v2);
    if (Result.isFailure(merchant)) issues.push(...issuesOf(shownName(name), "v2", merchant.failure));
    const transport = yield* transportOf(v2.transport);
    if (Result.isFailure(transport)) issues.push(...issuesOf(shownName(name), "transport", transport.failure));
    const endpoint = agreed([around, Result.isSuccess(merchant) ? merchant.success.endpoint : undefined]);
    if (Result.isFailure(endpoint)) issues.push(...issuesOf(shownName(name), "v2", endpoint.failure));
    if (Result.isFailure(merchant) || Result.isFailure(transport) || Result.isFailure(endpoint)) return undefined;
    const placed = endpoint.success === undefined ? {} : { endpoint: endpoint.success };
    return { merchant: { ...merchant.success, ...placed }, transport: transport.success };
  });
  const v3Of = Effect.fnUntraced(function* (name: string, v3: V3<E, R>) {
    const transport = yield* transportOf(v3.transport);
    if (Result.isFailure(transport)) {
      issues.push(...issuesOf(shownName(name), "transport", transport.failure));
      return undefined;
    }
    const speaker = v3.make(transport.success, around);
    if (Result.isSuccess(speaker)) return { speaker: speaker.success, transport: transport.success };
    issues.push(
      ...issuesOf(shownName(name), "v3", speaker.failure).map((issue) => ({ ...issue, field: `v3.${issue.field}` })),
    );
    return undefined;
  });
  for (const { name, protocol, ...blocks } of entries) {
    const say = (field: string, message: string) => void issues.push({ merchant: shownName(name), field, message });
    const v2 = blocks.v2 === undefined ? undefined : yield* v2Of(name, blocks.v2);
    const v3 = blocks.v3 === undefined ? undefined : yield* v3Of(name, blocks.v3);
    if (blocks.v2 === undefined && blocks.v3 === undefined) say("v2", "is missing, and so is v3: give one of them");
    if (protocol !== undefined && blocks[protocol] === undefined) {
      say("protocol", `is ${protocol}, and there is no block of that name`);
      continue;
    }
    const whole = (blocks.v2 === undefined) === (v2 === undefined) && (blocks.v3 === undefined) === (v3 === undefined);
    const numbers: Numbers | undefined = v2?.merchant ?? v3?.speaker;
    if (!whole || numbers === undefined) continue;
    if (v3 !== undefined && keyOf(v3.speaker) !== keyOf(numbers)) {
      say("v3.mchId", "and v3.subMchId must be those of the v2 block: an entry is one merchant");
    }
    const { mchId, subMchId } = numbers;
    made.push({
      name,
      numbers: { mchId, ...(subMchId !== undefined && { subMchId }) },
      protocol: protocol ?? (v2 === undefined ? "v3" : "v2"),
      v2,
      v3,
    });
  }
  issues.push(...twice(made));
  if (issues.length > 0) return yield* new InvalidMerchants({ issues });
  const paces = new Map<string, Pace.Pace>();
  const paceOf = (mchId: string): Pace.Pace | undefined => {
    if (pace === false) return undefined;
    const shared = paces.get(mchId) ?? Pace.make(pace);
    paces.set(mchId, shared);
    return shared;
  };
  return serviceOf(yield* Effect.forEach(made, (one) => register(one, paceOf(one.numbers.mchId))));
});

/** The merchants of these entries, made anew wherever the layer is used. */
export const layer = <E, R>(
  entries: ReadonlyArray<Entry<E, R>>,
  options?: Options,
): Layer.Layer<Merchants, InvalidMerchants, R> => Layer.fresh(Layer.effect(Merchants, make(entries, options)));

/**
 * The one merchant of `WECHAT_PAY_*`, see `Merchant.config`, under a name: for programs that know several, and for the day on which there
 * are. `transport` is an adapter's `layerConfig`.
 */
export const layerConfig = <E, R>(
  transport: Layer.Layer<Transport, E, R>,
  { name = "default", ...options }: Options & { readonly name?: string | undefined } = {},
): Layer.Layer<Merchants, InvalidMerchants, R> =>
  Layer.fresh(
    Layer.effect(
      Merchants,
      Effect.gen(function* () {
        const merchant = yield* Effect.mapError(
          Merchant.config,
          (error) => new InvalidMerchants({ issues: issuesOf(name, "v2", error) }),
        );
        return yield* make([{ name, v2: { ...merchant, transport } }], options);
      }),
    ),
  );

/**
 * Runs a program of one merchant, such as `Resend.untilKnown(request)`, for the merchant of this name: its client, its key and its
 * transport take the place of any that surround the program.
 */
export const provide =
  (name: string) =>
  <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E | UnknownMerchant, Exclude<R, Services> | Merchants> =>
    Merchants.use(({ get }) => get(name)).pipe(
      Effect.flatMap(({ services }) => Effect.provideContext(program, services as Context.Context<Services>)),
    );
