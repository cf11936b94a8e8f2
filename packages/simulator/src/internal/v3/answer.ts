/** APIv3 from a call to its reply: admit it, judge it, sign the answer. */
import * as Result from "effect/Result";
import type { Call, Reply } from "../../Call.ts";
import type { Merchant } from "../../GatewayConfig.ts";
import { misdirectRecord } from "../distort.ts";
import { obstacles } from "../obstacles.ts";
import { admit, type Visit } from "./door.ts";
import { render } from "./render.ts";
import { said } from "./said.ts";
import { answered, type VerdictV3, type WorldV3 } from "./verdict.ts";

export interface AnswerV3 {
  readonly reply: Reply;
  readonly replySigned?: string;
  readonly outcome: string;
  readonly signed: string | undefined;
  readonly repeated: boolean;
}

const isForbidden = ({ merchant: { allowedAddresses } }: Visit, { remoteAddress }: Call): boolean =>
  allowedAddresses !== undefined && remoteAddress !== undefined && !allowedAddresses.includes(remoteAddress);

const judge = (world: WorldV3, visit: Visit, call: Call): VerdictV3 => {
  const { endpoint, merchant } = visit;
  if (isForbidden(visit, call)) return obstacles.forbiddenAddress.v3;
  const limited = world.limiter.admit(merchant.mchId, endpoint.kind, call.now);
  return limited === undefined ? endpoint.judge(world, visit) : obstacles[limited].v3;
};

const isFailure = ({ _tag }: VerdictV3): boolean => _tag === "Refused" || _tag === "Nothing";

const decide = (world: WorldV3, visit: Visit, call: Call): { verdict: VerdictV3; unsigned?: true } => {
  const instead = said(call.fault);
  if (instead !== undefined && !instead.accepted) return instead;
  const verdict = judge(world, visit, call);
  if (isFailure(verdict)) {
    world.limiter.fail(visit.merchant.mchId, visit.endpoint.kind, call.now);
    return { verdict };
  }
  if (instead !== undefined) return instead;
  return call.fault?._tag === "Misdirect" && verdict._tag === "Answered"
    ? { verdict: answered(misdirectRecord(verdict.body), verdict.repeated) }
    : { verdict };
};

/** Whether it is known that such an answer is signed, or it is told to be. */
const isSigned = (verdict: VerdictV3, { config }: WorldV3): boolean =>
  verdict._tag !== "Refused" || (verdict.status !== 401 && (verdict.status < 429 || config.signsUnrecorded));

/** The answer to a call. `clock` is the time on the wall, which signatures are of. */
export const answer = (world: WorldV3, merchants: ReadonlyMap<string, Merchant>, call: Call, clock: number): AnswerV3 =>
  Result.match(admit(merchants, call, clock), {
    onFailure: ({ verdict, kind, mchId, signed }) => {
      if (mchId !== undefined && kind !== undefined) world.limiter.fail(mchId, kind, call.now);
      return { ...render(verdict, undefined, clock, world.nonce), signed, repeated: false };
    },
    onSuccess: (visit) => {
      const { verdict, unsigned } = decide(world, visit, call);
      const signs = unsigned !== true && isSigned(verdict, world);
      const signer = signs ? world.platform.signer(visit.merchant.mchId, visit.named, call.now) : undefined;
      const signedAt = clock + (call.fault?._tag === "Misdate" ? call.fault.millis : 0);
      return {
        ...render(verdict, signer, signedAt, world.nonce),
        signed: visit.signed,
        repeated: verdict._tag === "Answered" && verdict.repeated,
      };
    },
  });
