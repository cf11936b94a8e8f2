/** Takes a client's bytes apart into requests, leniently: what cannot be read counts as one request that was begun. */
import type { Request } from "../../Script.ts";

const endOfHead = Buffer.from("\r\n\r\n");

interface Head extends Omit<Request, "body"> {
  readonly bytes: number;
}

const headOf = (bytes: Buffer): Head | undefined => {
  const end = bytes.indexOf(endOfHead);
  if (end === -1) return undefined;
  const [line = "", ...fields] = bytes.subarray(0, end).toString("latin1").split("\r\n");
  const [method = "", target = ""] = line.split(" ");
  const headers = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
  });
  return { method, target, headers, bytes: end + endOfHead.byteLength };
};

export const header = ({ headers }: Pick<Request, "headers">, wanted: string): string | undefined =>
  headers.find(([name]) => name === wanted)?.[1];

/** The body and how many bytes it took, or `undefined` while it is not whole. */
const bodyOf = (head: Head, rest: Buffer): readonly [body: Buffer, bytes: number] | undefined => {
  if (/chunked/i.test(header(head, "transfer-encoding") ?? "")) return dechunk(rest);
  const length = Number(header(head, "content-length") ?? 0);
  return rest.byteLength < length ? undefined : [rest.subarray(0, length), length];
};

const dechunk = (rest: Buffer): readonly [body: Buffer, bytes: number] | undefined => {
  const chunks: Array<Buffer> = [];
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf("\r\n", at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(rest.toString("latin1", at, lineEnd), 16);
    const start = lineEnd + 2;
    if (rest.byteLength < start + size + 2) return undefined;
    if (size === 0) return [Buffer.concat(chunks), start + 2];
    chunks.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
};

export class Requests {
  /** Bytes of requests so far. */
  bytes = 0;
  readonly whole: Array<Request> = [];
  #chunks: Array<Buffer> = [];
  #held = 0;
  /** No more need be looked at before so many bytes are held. */
  #wanted = 0;

  /** Requests of which anything has arrived. */
  get begun(): number {
    return this.whole.length + (this.#held > 0 ? 1 : 0);
  }

  push(chunk: Buffer): void {
    this.bytes += chunk.byteLength;
    this.#held += chunk.byteLength;
    this.#chunks.push(chunk);
    while (this.#held > 0 && this.#held >= this.#wanted && this.#take());
  }

  #take(): boolean {
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [bytes];
    const head = headOf(bytes);
    if (head === undefined) return false;
    const found = bodyOf(head, bytes.subarray(head.bytes));
    if (found === undefined) {
      this.#wanted = head.bytes + Number(header(head, "content-length") ?? 0);
      return false;
    }
    const [body, length] = found;
    const { method, target, headers } = head;
    this.whole.push({ method, target, headers, body });
    const rest = bytes.subarray(head.bytes + length);
    this.#chunks = [rest];
    this.#held = rest.byteLength;
    this.#wanted = 0;
    return true;
  }
}
