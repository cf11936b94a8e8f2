/** One address of the control interface, as data. */
import type * as Schema from "effect/Schema";
import type { Gateway } from "../Gateway.ts";
import type { Connection } from "./views.ts";

/** A request to the interface: the value in the path's braces, the query, and the body, not yet checked. */
export interface Asked {
  readonly gateway: Gateway;
  /** Another for each run. */
  readonly instance: string;
  /** How a client reaches the gateway, where that is known here. */
  readonly connection: Connection | undefined;
  readonly now: number;
  readonly param: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** At most one part of it is a name in braces. */
  readonly path: string;
  readonly summary: string;
  /** Query parameters, with what they mean. */
  readonly query?: Readonly<Record<string, string>>;
  readonly input?: Schema.Constraint;
  readonly output: Schema.Constraint;
  /** What to answer with 200; undefined where there is no such thing. Throws `InvalidConfig` for wrong input. */
  readonly run: (asked: Asked) => unknown;
}
