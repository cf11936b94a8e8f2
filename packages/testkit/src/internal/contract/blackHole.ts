/**
 * An address that does not answer connection attempts: a listener whose thread is blocked, so that it accepts nothing, and whose
 * queue is full. Where the system lets more connections into the queue than asked for, they are left unanswered all the same.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";

const listener = `
const { parentPort, workerData } = require("node:worker_threads");
const server = require("node:net").createServer();
server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(workerData, 0, 0));
});
`;

/** One more than the queue holds. */
const fillers = 3;

const open = async () => {
  const worker = new Worker(listener, { eval: true, workerData: new Int32Array(new SharedArrayBuffer(4)) });
  const [port] = (await once(worker, "message")) as [number];
  const sockets: Array<Socket> = [];
  for (let index = 0; index < fillers; index += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    sockets.push(socket);
  }
  await once(sockets[0] ?? worker, "connect");
  return { port, worker, sockets };
};

export const blackHole: Effect.Effect<{ readonly port: number }, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(open),
  ({ worker, sockets }) =>
    Effect.promise(async () => {
      for (const socket of sockets) socket.destroy();
      await worker.terminate();
    }),
);
