/**
 * Things that go wrong once, on the next call they fit: plain data in a queue, taken by whatever carries the calls.
 *
 * A call meets at most one fault. What the gateway says wrongly, it says the same in memory and over TLS; what becomes of the
 * connection is the carrier's to say: in memory a lost one is a `TransportError`, over TLS a closed socket.
 */
import * as Schema from "effect/Schema";

/** What is asked of the gateway. */
export type Kind = "refund" | "query" | "bill" | "certificates";
const refundsV3 = "/v3/refund/domestic/refunds";
const kinds: ReadonlyMap<string, Kind> = new Map([
  [refundsV3, "refund"],
  ["/v3/bill/tradebill", "bill"],
  ["/v3/billdownload/file", "bill"],
  ["/v3/certificates", "certificates"],
  ["/secapi/pay/refund", "refund"],
  ["/secapi/pay/refundv2", "refund"],
  ["/pay/refundquery", "query"],
  ["/pay/refundqueryv2", "query"],
  ["/pay/downloadbill", "bill"],
]);

/** What a path asks for, if the gateway has it. */
export const kindOf = (path: string): Kind | undefined =>
  kinds.get(path) ?? (path.startsWith(`${refundsV3}/`) ? "query" : undefined);

/** Whether a path is one of APIv3. */
export const isV3 = (path: string): boolean => path.startsWith("/v3/");

/** The call a fault waits for; without it, the next of any kind. */
export const On = Schema.Literals(["refund", "query", "bill", "certificates"]);
export type On = typeof On.Type;

const on = { on: Schema.optionalKey(On) };
const natural = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0));
const millis = natural.check(Schema.isLessThanOrEqualTo(86_400_000));

/** Everything that can go wrong with one call. */
export const Fault = Schema.Union([
  /** The request never reaches the gateway. */
  Schema.TaggedStruct("Drop", on),
  /** The gateway takes the request and acts on it; the connection ends instead of a reply. */
  Schema.TaggedStruct("LoseReply", on),
  /** The connection is reset, before or after the gateway acted. */
  Schema.TaggedStruct("Reset", { ...on, reached: Schema.Boolean }),
  /** The request, or the reply, is held back. Whoever gives up during the first was never heard. */
  Schema.TaggedStruct("Delay", { ...on, millis, part: Schema.Literals(["request", "reply"]) }),
  /** Another reply arrives, from the gateway's front or from between; `reached` says whether the gateway saw the request. */
  Schema.TaggedStruct("Replace", {
    ...on,
    status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
    contentType: Schema.optionalKey(Schema.String),
    body: Schema.Union([Schema.String, Schema.Uint8Array]),
    reached: Schema.Boolean,
  }),
  /** The reply is changed on its way: the first `find` becomes `put`. */
  Schema.TaggedStruct("Mangle", { ...on, find: Schema.String, put: Schema.String }),
  /** One byte of the reply is changed: the one at this fraction of its length, XOR this. */
  Schema.TaggedStruct("Corrupt", {
    ...on,
    at: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
    xor: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 255 })),
  }),
  /** Only the first bytes of the body arrive, as a whole reply. */
  Schema.TaggedStruct("Truncate", { ...on, bytes: natural }),
  /** Only the first bytes of the body arrive, then the connection ends. */
  Schema.TaggedStruct("Cut", { ...on, bytes: natural }),
  /** The reply comes without its signature. */
  Schema.TaggedStruct("Unsign", on),
  /** The reply's signature is of the right form and wrong. */
  Schema.TaggedStruct("Missign", on),
  /**
   * The reply of APIv3 carries a signature that begins `WECHATPAY/SIGNTEST/` (签名探测流量), as WeChat Pay sends it to see that it is
   * refused. Without effect on APIv2.
   */
  Schema.TaggedStruct("Probe", on),
  /** The reply of APIv3 is signed as of another time: so much later, or, below 0, earlier. Without effect on APIv2. */
  Schema.TaggedStruct("Misdate", {
    ...on,
    millis: Schema.Int.check(Schema.isBetween({ minimum: -86_400_000, maximum: 86_400_000 })),
  }),
  /** The body of a reply of APIv3 comes packed (`Content-Encoding: deflate`), as it was seen; signed is the text in it. */
  Schema.TaggedStruct("Deflate", on),
  /** The reply is well signed and speaks of another refund. */
  Schema.TaggedStruct("Misdirect", on),
  /** The reply arrives twice: the second is what the next request on the connection gets. */
  Schema.TaggedStruct("Stray", on),
  /**
   * A signed business failure. With `accepted` the refund was judged and entered before the gateway said so. Through APIv3 a code of
   * APIv2 is said as its counterpart: `SYSTEMERROR` as 500 `SYSTEM_ERROR`, `BIZERR_NEED_RETRY` as 202; `status` says another.
   */
  Schema.TaggedStruct("Refuse", {
    ...on,
    status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 202, maximum: 599 }))),
    errCode: Schema.String.check(Schema.isPattern(/^[A-Z_]{1,32}$/, { expected: "1 to 32 of A-Z and _" })),
    errCodeDes: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(128))),
    accepted: Schema.Boolean,
  }),
  /** An unsigned `return_code` FAIL with this text, through APIv3 a 401 or a 500 with it. With `accepted` the refund was judged and entered before the gateway said so. */
  Schema.TaggedStruct("Fail", {
    ...on,
    returnMsg: Schema.String.check(Schema.isMaxLength(128)),
    accepted: Schema.Boolean,
  }),
]);
export type Fault = typeof Fault.Type;

type Of<Tag extends Fault["_tag"]> = Extract<Fault, { readonly _tag: Tag }>;
const make =
  <Tag extends Fault["_tag"]>(_tag: Tag) =>
  (fields: Omit<Of<Tag>, "_tag">): Of<Tag> =>
    // A tag and the fields that go with it are that member; TypeScript does not see it through the generic.
    ({ _tag, ...fields }) as unknown as Of<Tag>;

export const Drop = make("Drop");
export const LoseReply = make("LoseReply");
export const Reset = make("Reset");
export const Delay = make("Delay");
export const Replace = make("Replace");
export const Mangle = make("Mangle");
export const Corrupt = make("Corrupt");
export const Truncate = make("Truncate");
export const Cut = make("Cut");
export const Unsign = make("Unsign");
export const Missign = make("Missign");
export const Probe = make("Probe");
export const Misdate = make("Misdate");
export const Deflate = make("Deflate");
export const Misdirect = make("Misdirect");
export const Stray = make("Stray");
export const Refuse = make("Refuse");
export const Fail = make("Fail");

/** A queue of faults; the first that fits a call is taken out by it. */
export interface Faults {
  readonly push: (...faults: ReadonlyArray<Fault>) => void;
  readonly take: (path: string) => Fault | undefined;
  readonly pending: () => ReadonlyArray<Fault>;
  /** Forgets what has not been met. */
  readonly clear: () => void;
}

/** An empty queue. */
export const queue = (): Faults => {
  const waiting: Array<Fault> = [];
  return {
    push: (...faults) => void waiting.push(...faults),
    take: (path) => {
      const kind = kindOf(path);
      const at = waiting.findIndex(({ on }) => on === undefined || on === kind);
      return at < 0 ? undefined : waiting.splice(at, 1)[0];
    },
    pending: () => [...waiting],
    clear: () => void waiting.splice(0),
  };
};
