/** Does the steps of a script on one secure connection. */
import * as Effect from "effect/Effect";
import type { Step } from "../../Script.ts";
import { header } from "./requests.ts";
import type { Line, Server } from "./state.ts";

/** Waits until the socket took the bytes, or is gone. */
const write = (line: Line, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.callback((resume) => {
    if (!line.open || !line.writable.writable) return resume(Effect.void);
    const done = () => {
      line.raw.off("close", done);
      resume(Effect.void);
    };
    line.raw.on("close", done);
    line.writable.write(bytes, done);
  });

/** Lets the event loop come round: writing without a pause would keep everything else, and the client, from running. */
const nextTurn: Effect.Effect<void> = Effect.callback((resume) => {
  setImmediate(() => resume(Effect.void));
});

const piecesOf = (bytes: Uint8Array, count: number): ReadonlyArray<Uint8Array> => {
  const size = Math.ceil(bytes.byteLength / count);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
};

const blockProcess = (millis: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
};

export const play = (server: Server, line: Line, steps: ReadonlyArray<Step>): Effect.Effect<void> => {
  let read = 0;
  const has = (holds: () => boolean) => server.until(() => holds() || line.over);
  const one = (step: Step): Effect.Effect<void> => {
    switch (step.do) {
      case "read":
        read += 1;
        return has(() => line.requests.length >= read);
      case "read-bytes":
        return has(() => line.bytes >= step.count);
      case "send": {
        const { bytes, pieces = 1, everyMillis = 0 } = server.sliced(step);
        if (pieces === 1) return write(line, bytes);
        return Effect.forEach(
          piecesOf(bytes, pieces),
          (piece, index) =>
            Effect.andThen(index === 0 ? Effect.void : everyMillis === 0 ? nextTurn : Effect.sleep(everyMillis), () =>
              write(line, piece),
            ),
          { discard: true },
        );
      }
      case "answer": {
        const request = line.requests[read - 1];
        return request === undefined ? Effect.void : one({ do: "send", bytes: step.to(request) });
      }
      case "flood":
        return Effect.whileLoop({
          while: () => line.open && line.writable.writable,
          body: () => Effect.andThen(write(line, step.bytes), nextTurn),
          step: () => {},
        });
      case "gate":
        return server.gate(step.gate).await;
      case "pause":
        return Effect.sleep(step.millis);
      case "block":
        return Effect.sync(() => blockProcess(step.millis));
      case "end":
        return Effect.sync(() => line.writable.end());
      case "cut":
        return Effect.sync(() => line.raw.destroy());
      case "reset":
        return Effect.sync(() => line.raw.resetAndDestroy());
      case "leave": {
        const last = line.requests[read - 1];
        const leaves = last !== undefined && /close/i.test(header(last, "connection") ?? "");
        return Effect.sync(() => {
          if (leaves) line.writable.end();
        });
      }
      case "repeat":
        return Effect.whileLoop({ while: () => !line.over, body: () => all(step.steps), step: () => {} });
    }
  };
  const all = (steps: ReadonlyArray<Step>): Effect.Effect<void> =>
    Effect.forEach(
      steps,
      (step) =>
        Effect.andThen(
          server.whim,
          Effect.suspend(() => one(step)),
        ),
      { discard: true },
    );
  return all(steps);
};
