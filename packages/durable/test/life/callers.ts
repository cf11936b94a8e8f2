/** Who talks to the processes: applications that want refunds, the gateway's notices and false ones, and operators. */
import type { Refund } from "@wechat-refund/core";
import * as Effect from "effect/Effect";
import * as Result from "effect/Result";
import { passing } from "./database.ts";
import type { Posted } from "./forged.ts";
import type { Intent } from "./plan.ts";
import { doing, type Up, type World } from "./world.ts";

const person = { by: "somebody", reason: "a test" };

export class Callers {
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  act<A, E>(
    what: string,
    program: (up: Required<Up>) => Effect.Effect<A, E>,
    told: (result: Result.Result<A, E>) => void,
  ): boolean {
    const up = this.world.any();
    if (up?.parts === undefined) return false;
    const { machine } = up;
    machine.run(
      Effect.suspend(() => program(up as Required<Up>)).pipe(
        doing(what),
        Effect.result,
        Effect.flatMap((result) => {
          this.world.point(machine, `${what}: answer`);
          return Effect.andThen(
            passing(machine),
            Effect.sync(() => told(result)),
          );
        }),
        Effect.catchDefect((defect) =>
          Effect.sync(() => this.world.checker.is(false, "defect", () => `${what}: ${String(defect)}`)),
        ),
      ),
    );
    return true;
  }

  /** Refunds whose application has learned that APIv3 knows no operator. */
  private readonly plain = new Set<string>();

  request({ fee, mchId, namesOperator, notifies, number, order, totalFee }: Intent): Refund.RefundRequest {
    return {
      order: { outTradeNo: `T-${order}` },
      outRefundNo: number,
      totalFee,
      refundFee: fee,
      refundDesc: "商品已售完",
      ...(notifies && { notifyUrl: `https://shop.example/${mchId}` }),
      ...(namesOperator && !this.plain.has(number) && { opUserId: true as const }),
    };
  }

  /** Asks for it until somebody says that it is recorded. */
  want(intent: Intent): void {
    const { checker, plan } = this.world;
    const { attempted, givenUp, inTransaction, mchId, number } = intent;
    if (this.world.settled || checker.acknowledged.has(number)) return;
    const again = (): void => void this.world.time.after(plan.between(500, 4000), () => this.want(intent));
    let open = true;
    // What is true when it is asked: an answer may be on its way for long.
    let wasThere = false;
    const is = this.act(
      "start",
      ({ parts: { refunds, sql } }) => {
        checker.wanted(number);
        wasThere = checker.rows.has(number);
        const start = refunds.start(mchId, this.request(intent), { attempted });
        if (givenUp) {
          const cancel = refunds.cancel(mchId, number, person).pipe(Effect.catchTag("NotPermitted", () => Effect.void));
          return sql
            .withTransaction(Effect.tap(start, () => cancel))
            .pipe(Effect.catchDefect((defect) => Effect.fail(defect as never)));
        }
        if (!inTransaction) return start;
        return sql
          .withTransaction(
            Effect.andThen(sql`INSERT INTO shop_orders (number) VALUES (${number}) ON CONFLICT DO NOTHING`, start),
          )
          .pipe(
            // A rollback that fails says so as a defect.
            Effect.catchDefect((defect) => Effect.fail(defect as never)),
          );
      },
      (result) => {
        open = false;
        if (Result.isFailure(result)) {
          checker.printed(String(result.failure));
          this.world.log(`start of ${number} failed: ${String(result.failure)}`);
          const { _tag } = result.failure;
          if (_tag === "InvalidRequest") {
            const row = checker.rows.get(number);
            checker.is(
              !wasThere || row === undefined,
              "I14",
              () => `${number} is ${row?.truth}, and refused as what cannot be asked`,
            );
            this.plain.add(number);
          }
          // It was recorded after all, in the other form, by who gave no answer.
          if (_tag === "OtherRefund" && !this.plain.delete(number)) this.plain.add(number);
          return again();
        }
        checker.acknowledged.add(number);
        checker.started(number);
        checker.is(checker.rows.has(number), "I8", () => `${number} is acknowledged before it is committed`);
        this.world.log(`${number} is acknowledged`);
        if (givenUp && plan.random() < 0.5)
          this.world.time.after(plan.between(0, plan.trouble), () => this.again(intent));
        if (plan.has("conflicts")) this.world.time.after(plan.between(0, 20_000), () => this.other(intent));
      },
    );
    if (!is) return again();
    // Who gets no answer asks again.
    this.world.time.after(8000, () => {
      if (open) again();
    });
  }

  /** What was given up is wanted after all. */
  again(intent: Intent): void {
    const { calm, checker } = this.world;
    const { mchId, number } = intent;
    if (calm || !checker.acknowledged.has(number)) return;
    this.act(
      "start",
      ({ parts: { refunds } }) => {
        checker.wanted(number);
        return refunds.start(mchId, this.request(intent));
      },
      (result) => {
        this.world.log(`${number} again: ${Result.isFailure(result) ? result.failure._tag : "started"}`);
        if (Result.isSuccess(result)) checker.started(number);
      },
    );
  }

  /** The same number again: with the same fields, and with others. */
  other(intent: Intent): void {
    const { checker } = this.world;
    const { mchId, number } = intent;
    // An older state of the store was put back, and nobody has asked for it again yet.
    if (!checker.acknowledged.has(number)) return;
    const isSame = this.world.plan.random() < 0.5;
    const request = this.request(intent);
    const changed = isSame
      ? request
      : this.world.plan.pick([
          { ...request, refundFee: intent.fee - 1 },
          { ...request, order: { outTradeNo: "T-other" } },
          { ...request, refundDesc: "别的" },
        ]);
    this.act(
      isSame ? "start" : "other",
      ({ parts: { refunds } }) => {
        if (isSame) checker.wanted(number);
        return refunds.start(mchId, changed);
      },
      (result) => {
        if (Result.isFailure(result)) {
          const { _tag } = result.failure;
          checker.is(
            _tag === "SqlError" || (!isSame && _tag === "OtherRefund"),
            "I14",
            () => `${number} again: ${_tag}`,
          );
          return;
        }
        checker.started(number);
        checker.is(isSame, "I14", () => `${number} was recorded twice, with other fields`);
        checker.is(
          result.success.outRefundNo === number && result.success.refundFee === intent.fee,
          "I14",
          () => `${number} is another refund`,
        );
      },
    );
  }

  operate(): void {
    const { plan } = this.world;
    const intent = plan.pick(plan.intents);
    const acts = ["cancel", "goOn", "goOn", "resolve", "pause", "resume", "startAgain"] as const;
    const act = plan.pick(acts);
    if (act === "resolve" && plan.random() < 0.7) return;
    this.act(
      act,
      ({ parts: { refunds } }): Effect.Effect<unknown, { readonly _tag: string }> => {
        if (act === "pause") return refunds.pause(intent.mchId, person);
        if (act === "resume") return refunds.resume(intent.mchId, person);
        if (act === "startAgain") this.world.checker.wanted(intent.number);
        return refunds[act](intent.mchId, intent.number, person);
      },
      (result) => {
        this.world.log(`${act} ${intent.number}: ${Result.isFailure(result) ? result.failure._tag : "done"}`);
        if (Result.isSuccess(result) || ["SqlError", "NotPermitted", "UnknownRefund"].includes(result.failure._tag))
          return;
        this.world.checker.is(false, "defect", () => `${act}: ${String(result.failure)}`);
      },
    );
  }

  /** Posts what the gateway has to tell. */
  post(): void {
    const { notices } = this.world.network.gateway;
    const now = this.world.time.start + this.world.time.now;
    for (const delivery of notices.take(now)) {
      let open = true;
      const settle = (status: number, body: string): void => {
        if (!open) return;
        open = false;
        notices.settle(delivery, status === 0 ? { failure: "no answer" } : { status, body });
      };
      this.world.time.after(5000, () => settle(0, ""));
      this.noticed(delivery.url.slice(-10), delivery, (isGood) =>
        delivery.headers === undefined
          ? settle(
              200,
              isGood ? "<xml><return_code>SUCCESS</return_code></xml>" : "<xml><return_code>FAIL</return_code></xml>",
            )
          : settle(isGood ? 204 : 500, ""),
      );
      if (this.world.plan.has("forged") && this.world.plan.random() < 0.5) {
        // One that is signed is refused when it is posted again after five minutes.
        const within = delivery.headers === undefined ? 60_000 : 600_000;
        this.world.time.after(this.world.plan.between(0, within), () =>
          this.noticed(this.world.plan.pick(this.world.plan.mchIds), delivery),
        );
      }
    }
    this.later();
  }

  nextPost = Infinity;
  later(): void {
    const next = this.world.network.gateway.notices.nextAt();
    const at = next === undefined ? Infinity : Math.max(0, next - this.world.time.start);
    if (at === Infinity || (this.nextPost <= at && this.nextPost > this.world.time.now)) return;
    this.nextPost = at;
    this.world.time.after(at - this.world.time.now, () => {
      this.nextPost = Infinity;
      this.post();
    });
  }

  noticed(
    mchId: string,
    { body, headers }: { readonly body: Uint8Array; readonly headers?: Posted["headers"] | undefined },
    told: (isGood: boolean) => void = () => {},
  ): void {
    this.act(
      "notice",
      ({ parts: { refunds } }) => refunds.notice({ merchant: mchId, body, headers }),
      (result) => {
        if (Result.isFailure(result)) this.world.checker.printed(String(result.failure));
        told(Result.isSuccess(result));
      },
    );
  }

  resume(mchId: string): void {
    let isDone = false;
    this.act(
      "calm",
      ({ parts: { refunds } }) => refunds.resume(mchId, person),
      (result) => (isDone = Result.isSuccess(result)),
    );
    // Whoever was to do it may have ended.
    this.world.time.after(1000, () => {
      if (!isDone) this.resume(mchId);
    });
  }
}
