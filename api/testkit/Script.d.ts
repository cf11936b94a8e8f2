/**
 * What a {@link ScriptedServer} does on its connections, as data: first a handshake, then steps.
 *
 * Constructors only, no behaviour. Bytes are bytes: a reply may be cut anywhere, broken in any way, or be no HTTP at all.
 */
/** A whole request, as it came. */
export interface Request {
    readonly method: string;
    /** Path and query, unchanged. */
    readonly target: string;
    /** Names in lower case, in order; a repeated field is repeated. */
    readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
    readonly body: Uint8Array;
}
/** The TLS alerts with which servers refuse a client certificate. */
export declare const alerts: {
    readonly handshake_failure: 40;
    readonly bad_certificate: 42;
    readonly certificate_revoked: 44;
    readonly certificate_expired: 45;
    readonly certificate_unknown: 46;
    readonly unknown_ca: 48;
    readonly certificate_required: 116;
};
export type Alert = keyof typeof alerts;
/** How a connection begins. Anything but `complete` and `gate` never becomes secure. */
export type Handshake = {
    readonly kind: "complete";
}
/** Answered when the gate of this name is opened. */
 | {
    readonly kind: "gate";
    readonly gate: string;
}
/** Accepted, and never answered. */
 | {
    readonly kind: "stall";
} | {
    readonly kind: "close";
} | {
    readonly kind: "reset";
}
/** Reset when the client's first TLS message has arrived. */
 | {
    readonly kind: "reset-after-hello";
}
/** Answered with bytes that are no TLS. */
 | {
    readonly kind: "plain";
    readonly bytes: Uint8Array;
}
/**
 * The client certificate is refused with this alert: under TLS 1.2 before the handshake ends, under TLS 1.3, as it must be,
 * after the client holds it to be complete.
 */
 | {
    readonly kind: "refuse";
    readonly alert: Alert;
};
/** One thing that happens on a secure connection. */
export type Step = 
/** Waits for one more whole request. */
{
    readonly do: "read";
}
/** Waits for so many bytes of requests in all. */
 | {
    readonly do: "read-bytes";
    readonly count: number;
}
/** Writes; in so many pieces, one every so many milliseconds. */
 | {
    readonly do: "send";
    readonly bytes: Uint8Array;
    readonly pieces?: number;
    readonly everyMillis?: number;
}
/** Writes what the last whole request asks for. */
 | {
    readonly do: "answer";
    readonly to: (request: Request) => Uint8Array;
}
/** Writes the same bytes again and again until the connection ends. */
 | {
    readonly do: "flood";
    readonly bytes: Uint8Array;
}
/** Waits until the gate of this name is opened. */
 | {
    readonly do: "gate";
    readonly gate: string;
} | {
    readonly do: "pause";
    readonly millis: number;
}
/** Blocks the whole process, as a long garbage collection would. */
 | {
    readonly do: "block";
    readonly millis: number;
}
/** Ends our side in order: close_notify, then FIN. The other side may still be read. */
 | {
    readonly do: "end";
}
/** FIN without close_notify. */
 | {
    readonly do: "cut";
} | {
    readonly do: "reset";
}
/** Ends in order if the last whole request asked for it (`Connection: close`). */
 | {
    readonly do: "leave";
} | {
    readonly do: "repeat";
    readonly steps: ReadonlyArray<Step>;
};
/** What happens on one connection. After the last step it stays open until the client ends it. */
export interface Connection {
    readonly handshake?: Handshake;
    readonly steps: ReadonlyArray<Step>;
}
/** One entry a connection; the last one also serves all that follow. */
export type Script = readonly [Connection, ...ReadonlyArray<Connection>];
export declare const read: Step;
export declare const readBytes: (count: number) => Step;
export declare const gate: (name: string) => Step;
export declare const pause: (millis: number) => Step;
export declare const block: (millis: number) => Step;
export declare const end: Step;
export declare const cut: Step;
export declare const reset: Step;
export declare const leave: Step;
export declare const repeat: (...steps: ReadonlyArray<Step>) => Step;
export declare const answer: (to: (request: Request) => Uint8Array) => Step;
export declare const send: (content: string | Uint8Array) => Step;
export declare const flood: (content: string | Uint8Array) => Step;
/** In `pieces` pieces, one every `everyMillis` milliseconds. */
export declare const dribble: (content: string | Uint8Array, pieces: number, everyMillis: number) => Step;
/** One connection, or all: a complete handshake, then these steps. */
export declare const steps: (...steps: ReadonlyArray<Step>) => Script;
/** A handshake that leads nowhere. */
export declare const handshake: (handshake: Handshake) => Script;
/** A server in order: answers every request, and ends the connection when asked to. */
export declare const serve: (to: (request: Request) => Uint8Array) => Script;
export interface Reply {
    /** Default 200. */
    readonly status?: number;
    /** `Content-Length` is added unless the framing is given here. */
    readonly headers?: Readonly<Record<string, string | ReadonlyArray<string>>>;
    readonly body?: string | Uint8Array;
    /** `false`: no framing at all, the body ends with the connection. */
    readonly length?: boolean;
}
/** The bytes of a reply. `Content-Type` is `text/xml` unless given; an empty one is left out. */
export declare const reply: ({ status, headers, body, length }?: Reply) => Uint8Array;
/** A body in chunks of `size` bytes, whole, with its last chunk. */
export declare const chunked: (body: string | Uint8Array, size: number) => Uint8Array;
