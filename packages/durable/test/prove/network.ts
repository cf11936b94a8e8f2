/** A way to a server that can be told to swallow everything, as a network does that has forgotten its connections. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Way {
  readonly port: number;
  /** What is sent vanishes, in both directions, and whoever connects is let in and hears nothing. */
  readonly swallow: (on: boolean) => void;
  readonly end: () => Promise<void>;
}

export const open = async (to: number): Promise<Way> => {
  let swallowing = false;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    keep(socket);
    if (swallowing) return void socket.resume();
    const other = keep(connect(to, "127.0.0.1"));
    let lost = false;
    const carry = (from: Socket, into: Socket) => {
      from.on("data", (chunk) => {
        // What was swallowed once is out of step for ever.
        lost ||= swallowing;
        if (!lost) into.write(chunk);
      });
      from.on("close", () => {
        if (!lost && !swallowing) into.destroy();
      });
    };
    carry(socket, other);
    carry(other, socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    swallow: (on) => {
      swallowing = on;
    },
    end: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
};
