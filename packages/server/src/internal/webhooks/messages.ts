/** What is told of an event: its type, whether an endpoint wants it, and the message. */
import { createHash, randomUUID } from "node:crypto";
import type { Registered } from "@wechat-refund/core/Merchants";
import { Truth } from "@wechat-refund/core/RefundProgress";
import type { Maker, Message } from "@wechat-refund/durable/Deliveries";
import type { Event } from "@wechat-refund/durable/Events";
import { everyMerchant } from "../../Tokens.ts";
import { dayView } from "../days.ts";
import { eventView, names, timeOf } from "../views.ts";

const ofState = (state: string): string =>
  `refund.${state.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()}`;

const blocked = "refund.blocked";
const unblocked = "refund.unblocked";
const done = "reconciliation.done";

/** Every type that there is; `ping` comes only when a person sends one, and to every endpoint. */
export const types: ReadonlyArray<string> = [...Truth.literals.map(ofState), blocked, unblocked, done];
/** Those of a group, and all. */
export const patterns: ReadonlyArray<string> = ["*", "refund.*", "reconciliation.*"];

/** What an endpoint is to be told. */
export interface Wanted {
  readonly merchants: ReadonlySet<string>;
  readonly types: ReadonlyArray<string>;
}

const isWanted = ({ types }: Wanted, type: string): boolean =>
  types.some((one) => one === type || one === "*" || (one.endsWith(".*") && type.startsWith(one.slice(0, -1))));

/**
 * The types that an event is of, the first one its own. One that brings a block is `refund.blocked`, for somebody must act; whoever wants
 * its new state is told as well.
 */
export const typesOf = ({ block, fromBlock, fromTruth, truth }: Event): readonly [string, ...Array<string>] => {
  const states = truth === fromTruth ? [] : [ofState(truth)];
  if (block !== undefined && block !== fromBlock) return [blocked, ...states];
  const [state = unblocked] = states;
  return [state];
};

/** The same for the same event, to whomever and however often it is sent. */
const idOf = (...parts: ReadonlyArray<string | number>): string =>
  `msg_${createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32)}`;

const messageOf = (message: string, type: string, at: number, data: object): Message => ({
  message,
  type,
  payload: JSON.stringify({ type, timestamp: timeOf(at), data }),
});

interface Numbers {
  readonly mchId: string;
  readonly subMchId?: string | undefined;
}

/** Of whom an endpoint is told: of a merchant by its numbers, and of a bill, which is of a merchant number and has all of its merchants in it. */
const toldOf = (all: ReadonlyArray<Registered>, wanted: Pick<Wanted, "merchants">) => {
  const merchants = names(all);
  const isAll = wanted.merchants.has(everyMerchant);
  const isTold = (name: string | undefined): boolean => isAll || (name !== undefined && wanted.merchants.has(name));
  return {
    merchants,
    /** `called`: its name when the configuration had it last. */
    merchant: (numbers: Numbers, called?: string): boolean => isTold(merchants.nameOf(numbers) ?? called),
    /** `unknown`: where the configuration has no merchant of the number. */
    bill: (mchId: string, unknown: boolean): boolean => {
      const own = all.filter(({ merchant }) => merchant.mchId === mchId);
      return isAll || (own.length === 0 ? unknown : own.every(({ name }) => isTold(name)));
    },
  };
};

/**
 * Whether an endpoint is told of whose a message is that was made before: the file may name others since. Of a merchant that the
 * configuration has no more it is what it was.
 */
export const isStillTold = (
  all: ReadonlyArray<Registered>,
  wanted: Pick<Wanted, "merchants">,
  { payload, type }: Pick<Message, "payload" | "type">,
): boolean => {
  if (type === "ping") return true;
  const { data } = JSON.parse(payload) as { readonly data: Numbers & { readonly merchant?: string } };
  const told = toldOf(all, wanted);
  return type === done ? told.bill(data.mchId, true) : told.merchant(data, data.merchant);
};

/** Whose the refund is that a message tells of; nothing where it is of none, could not be made, or cannot be read. */
export const numbersOf = ({ payload, type }: Pick<Message, "payload" | "type">): Partial<Numbers> => {
  if (!type.startsWith("refund.")) return {};
  try {
    return (JSON.parse(payload) as { readonly data?: Numbers }).data ?? {};
  } catch {
    return {};
  }
};

/** Makes the messages of an endpoint. */
export const maker = (all: ReadonlyArray<Registered>, wanted: Wanted): Maker => {
  const told = toldOf(all, wanted);
  const make: Maker["make"] = (source) => {
    if (source._tag === "Books") {
      const { day } = source;
      if (!told.bill(day.mchId, false) || !isWanted(wanted, done)) return undefined;
      return messageOf(idOf("books", day.mchId, day.date, day.position ?? 0), done, day.doneAt ?? 0, dayView(day));
    }
    const { event } = source;
    const [type, ...others] = typesOf(event);
    if (!told.merchant(event) || ![type, ...others].some((one) => isWanted(wanted, one))) return undefined;
    const { at, mchId, outRefundNo, seq, subMchId = "" } = event;
    return messageOf(idOf("refund", mchId, subMchId, outRefundNo, seq, at), type, at, eventView(told.merchants, event));
  };
  const isOfRefunds = types.some((type) => type.startsWith("refund.") && isWanted(wanted, type));
  return { make, isTold: (numbers) => isOfRefunds && told.merchant(numbers) };
};

/** A message that tries an endpoint. */
export const ping = (webhook: string, now: number): Message =>
  messageOf(`msg_${randomUUID().replaceAll("-", "")}`, "ping", now, { webhook });
