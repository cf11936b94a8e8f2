export * as Replies from "./Replies.ts";
export * as TransportStub from "./TransportStub.ts";
