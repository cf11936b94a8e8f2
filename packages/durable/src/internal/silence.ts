/**
 * A connection that notices when nobody is there any more. Behind a router that has forgotten it, or a server that has moved, what is
 * written vanishes and no error comes; a client that waits for one waits for ever. One on which nothing was heard for a while is ended, so
 * that whoever waits is told; an idle one is opened again when it is needed.
 */
import { connect, type Socket } from "node:net";

/** Longer than any statement may take, see `internal/database.ts`. */
const silent = 8000;

/** How to connect to the server of an address; nothing where that is not for us to say. */
export const connector = (url: string): (() => Socket) | undefined => {
  const { hostname, port, searchParams } = new URL(url);
  const host = decodeURIComponent(hostname === "" ? (searchParams.get("host") ?? "localhost") : hostname).replace(
    /^\[|\]$/g,
    "",
  );
  if (host.includes(",")) return undefined;
  const number = port === "" ? Number(searchParams.get("port") ?? 5432) : Number(port);
  return () => {
    const socket = host.startsWith("/")
      ? connect(`${host}/.s.PGSQL.${number}`)
      : connect({ host, port: number, noDelay: true });
    socket.setTimeout(silent, () => socket.destroy(new Error(`nothing was heard for ${silent / 1000} s`)));
    return socket;
  };
};
