/**
 * Refund result notices (退款结果通知) of APIv3: open the header and the bytes of a callback.
 *
 * Unlike those of APIv2 they have an origin (the signature) and are whole (the tag of AES-256-GCM), so that a forged one is told from a
 * true one. An old one, posted again within its five minutes, is not: tell repeats by `noticeId`, or do what may be done twice, such as
 * asking with `RefundClient.confirm`. Decrypting proves less than it seems, so the signature is looked at first.
 *
 * A notice in the form of APIv2 also reaches merchants of APIv3: of refunds made in the merchant platform, or through APIv2, and of those
 * applied for without a `notify_url`. `formOf` tells the two apart by what came, before anything is tried; a notice that fails here is
 * never tried as one of the other form.
 *
 * Source: the refund notice page of APIv3 (退款结果通知).
 */
import * as Core from "@wechat-refund/core/RefundNotice";
import * as Redacted from "effect/Redacted";
import * as Result from "effect/Result";
import { open as unseal } from "./internal/aead.ts";
import { decoder, notice, read, statusOf } from "./internal/fields.ts";
import { isRecord, parse, type Record as Json, textAt } from "./internal/json.ts";
import type { PlatformKeys } from "./PlatformKeys.ts";
import * as Signature from "./Signature.ts";

const { BadNotice } = Core;

export { formOf } from "@wechat-refund/core/RefundNotice";

/** Whose notice it must be, and what it is opened with. */
export interface Receiver {
  /** `mchid` (商户号): in provider mode (服务商) the provider's. */
  readonly mchId: string;
  readonly subMchId?: string | undefined;
  /** The APIv3 key (APIv3密钥). */
  readonly apiV3Key: Redacted.Redacted<string>;
  readonly keys: PlatformKeys;
  /** Seconds since 1970. */
  readonly now: number;
}

type Problem = Core.Problem;

const bad = (problem: Problem): Result.Result<never, Core.BadNotice> =>
  Result.fail(new BadNotice({ problem, protocol: "v3" }));

const maxBytes = 64 * 1024;

const statusOfEvent: ReadonlyMap<string, string> = new Map([
  ["REFUND.SUCCESS", "SUCCESS"],
  ["REFUND.ABNORMAL", "ABNORMAL"],
  ["REFUND.CLOSED", "CLOSED"],
]);

/** The first number that is another merchant's. */
const otherMerchant = (inner: Json, { mchId, subMchId }: Receiver): Core.BadNotice | undefined => {
  const ids =
    subMchId === undefined
      ? ([
          ["mchid", mchId],
          ["sub_mchid", undefined],
        ] as const)
      : ([
          ["sp_mchid", mchId],
          ["sub_mchid", subMchId],
        ] as const);
  for (const [field, expected] of ids) {
    const received = textAt(inner, field);
    if (received === expected) continue;
    return new BadNotice({
      problem: "other-merchant",
      protocol: "v3",
      field,
      expected: expected ?? "none",
      ...(received !== undefined && { received }),
    });
  }
  return undefined;
};

const decodeNotice = decoder(Core.RefundNotice);

/** Whether it has no more of this form than that it came here: XML, as of refunds that were made in the merchant platform. */
const isOfV2 = (callback: Core.Callback): boolean =>
  Core.formOf(callback) === "v2" && /^\s*</.test(new TextDecoder().decode(callback.body.subarray(0, 256)));

const problemOf = ({ problem }: Signature.Problem): Problem => (problem === "malformed-sign" ? "unsigned" : problem);

/** Opens a callback of at most 64 KiB. Signature, time, form, seal, merchant and status are looked at in this order. */
export const open = (
  { body, headers }: Core.Callback,
  receiver: Receiver,
): Result.Result<Core.RefundNotice, Core.BadNotice> => {
  // Also for callers whom no types hold back: a framework may hand over what it has made of the bytes, or nothing.
  const given: unknown = body;
  if (!(given instanceof Uint8Array)) return bad(given === undefined || given === null ? "empty" : "not-json");
  if (body.length === 0) return bad("empty");
  if (body.length > maxBytes) return bad("too-large");
  const verified = Signature.verify(headers, body, receiver.keys, receiver.now);
  if (Result.isFailure(verified)) return bad(isOfV2({ body, headers }) ? "xml" : problemOf(verified.failure));
  const outer = parse(body);
  if (Result.isFailure(outer)) return bad("not-json");
  const { resource, ...envelope } = outer.success;
  const status = statusOfEvent.get(textAt(envelope, "event_type") ?? "");
  const noticeId = textAt(envelope, "id");
  const isRefund =
    isRecord(resource) && (resource["original_type"] === undefined || resource["original_type"] === "refund");
  if (status === undefined || !isRefund || envelope["resource_type"] !== "encrypt-resource") return bad("other-event");
  const plain = unseal(resource, Redacted.value(receiver.apiV3Key));
  const inner = plain === undefined ? undefined : Result.getOrUndefined(parse(plain));
  if (inner === undefined || noticeId === undefined) return bad("unreadable");
  const other = otherMerchant(inner, receiver);
  if (other !== undefined) return Result.fail(other);
  if (inner["refund_status"] !== status) return bad("other-event");
  return read(inner, notice, ["mchid", "sp_mchid", "sub_mchid"]).pipe(
    Result.flatMap(({ extra, texts }) =>
      decodeNotice({
        ...texts,
        refundStatus: statusOf(texts["refundStatusText"]),
        ...(receiver.subMchId !== undefined && { subMchId: receiver.subMchId }),
        keyUsed: "current",
        noticeId,
        extra,
      }),
    ),
    Result.mapError(() => new BadNotice({ problem: "unreadable", protocol: "v3" })),
  );
};

/** The answer that ends the gateway's repeats. Give it once the notice is stored or acted on. */
export const acknowledge: Core.Answer = Core.answerTo("v3", "acknowledge");

/** The answer that asks for the notice again; one and the same for every bad one. */
export const refuse: Core.Answer = Core.answerTo("v3", "refuse");
