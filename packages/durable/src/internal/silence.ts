/**
 * A connection that notices when nobody is there any more. Behind a router that has forgotten it, or a server that has moved, what is
 * written vanishes and no error comes; a client that waits for one waits for ever. One that has asked and heard nothing for a while is
 * ended, so that whoever waits is told. One that has heard since may be silent for as long as it likes.
 */
import { connect, type Socket } from "node:net";
import { Duplex } from "node:stream";

/** Ends a socket on which something was written, and nothing was read since, for so many ms. */
const watched = (socket: Socket, silent: number): Socket => {
  let readAtWrite = -1;
  const write = socket.write.bind(socket) as (...args: ReadonlyArray<unknown>) => boolean;
  socket.write = ((...args: ReadonlyArray<unknown>) => {
    readAtWrite = socket.bytesRead;
    return write(...args);
  }) as Socket["write"];
  socket.on("timeout", () => {
    if (readAtWrite !== socket.bytesRead) return;
    socket.destroy(new Error(`it was asked, and nothing was heard for ${silent / 1000} s`));
  });
  socket.setTimeout(silent);
  return socket;
};

/** The same socket for who would take its handle away, as TLS does, and with it every look at what is written. */
const wrapped = (socket: Socket): Duplex => {
  const duplex = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Uint8Array, _, done) => void socket.write(chunk, (error) => done(error ?? null)),
    final: (done) => void socket.end(() => done()),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on("data", (chunk) => {
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.on("end", () => duplex.push(null));
  socket.on("error", (error) => duplex.destroy(error));
  socket.on("close", () => duplex.destroy());
  return duplex;
};

/** How to connect to the server of an address; nothing where that is not for us to say. */
export const connector = (url: string, silent: number): (() => Duplex) | undefined => {
  const { hostname, port, searchParams } = new URL(url);
  const host = decodeURIComponent(hostname === "" ? (searchParams.get("host") ?? "localhost") : hostname).replace(
    /^\[|\]$/g,
    "",
  );
  if (host.includes(",")) return undefined;
  const number = port === "" ? Number(searchParams.get("port") ?? 5432) : Number(port);
  const encrypted = !["disable", null].includes(searchParams.get("sslmode"));
  return () => {
    const socket = host.startsWith("/")
      ? connect(`${host}/.s.PGSQL.${number}`)
      : connect({ host, port: number, noDelay: true });
    watched(socket, silent);
    return encrypted ? wrapped(socket) : socket;
  };
};
