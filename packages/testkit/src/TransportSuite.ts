/**
 * The transport contract as vitest tests: one call proves an adapter.
 *
 * The only module here that imports vitest; `TransportContract.run` gives the same verdicts without it.
 */
import type { Transport } from "@wechat-refund/core/Transport";
import type { TransportSettings } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import type * as Layer from "effect/Layer";
import { describe, it } from "vitest";
import * as TransportContract from "./TransportContract.ts";

export interface Options extends Omit<
  TransportContract.Options,
  "calls" | "connections" | "version" | "concurrency" | "only"
> {
  /** Default: both modes. */
  readonly connections?: ReadonlyArray<"fresh" | "pooled">;
  /** The protocols of the servers. Default: TLS 1.2 and 1.3. */
  readonly versions?: ReadonlyArray<"TLSv1.2" | "TLSv1.3">;
  /** What is asked. Default: XML under each of the protocols, JSON and GET under the last of them. */
  readonly calls?: ReadonlyArray<TransportContract.Calls>;
  /** `false` for a transport that says `"maybe"` because it cannot prove that nothing was sent. */
  readonly provesNotSent?: false;
  /** Clauses that the transport cannot keep, each with the reason. A clause that is listed and holds fails. */
  readonly cannot?: Readonly<Record<string, string>>;
  /** Only for a transport that opens no sockets: whom it talks to. Clauses that need a network are left out. */
  readonly peer?: TransportContract.Peer;
}

/** What an adapter exports: a layer from the settings that all adapters share. */
export type MakeLayer = (settings: TransportSettings) => Layer.Layer<Transport, unknown>;

const limitMillis = 90_000;

/** Declares one test for each clause, connection mode and TLS version. */
export const suite = (name: string, layer: MakeLayer, options: Options = {}): void => {
  const { calls, connections = ["fresh", "pooled"], versions = ["TLSv1.2", "TLSv1.3"], ...rest } = options;
  const { cannot, peer, provesNotSent, ...given } = rest;
  const subject: TransportContract.Subject = {
    name,
    layer,
    ...(cannot && { cannot }),
    ...(peer && { peer }),
    ...(provesNotSent === false && { provesNotSent }),
  };

  const declare = (conditions: TransportContract.Options, alone: boolean): void => {
    for (const clause of TransportContract.clauses) {
      if ((clause.alone ?? false) !== alone || !TransportContract.applies(clause, subject, conditions)) continue;
      const reason = cannot?.[clause.id];
      const title = `${clause.id} ${clause.title}${reason === undefined ? "" : ` (cannot: ${reason})`}`;
      it(title, { timeout: limitMillis }, async () => {
        const complaints = TransportContract.complaints([
          await Effect.runPromise(TransportContract.check(clause, subject, conditions)),
        ]);
        if (complaints.length > 0) throw new Error(`${complaints.join("\n")}\n${clause.says}`);
      });
    }
  };

  describe(`${name} keeps the transport contract`, () => {
    // All clauses share the one peer, and one of them counts what reaches it.
    if (peer !== undefined) return declare(given, false);
    const combinations = connections.flatMap((mode) =>
      versions.flatMap((version) =>
        (calls ?? TransportContract.calls)
          .filter((kind) => calls !== undefined || kind === "XML" || version === versions.at(-1))
          .map((kind) => ({ connections: mode, version, calls: kind })),
      ),
    );
    // Clauses that look at the whole process go first; all the others run side by side.
    for (const alone of [true, false]) {
      for (const combination of combinations) {
        const words = `${combination.connections} connections, ${combination.version}, ${combination.calls}${alone ? ", alone" : ""}`;
        describe(words, { concurrent: !alone }, () => declare({ ...given, ...combination }, alone));
      }
    }
  });
};
