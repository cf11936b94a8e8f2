/** The control interface as data: what can be asked and told of a gateway. */
import { acts } from "./acts.ts";
import { looks } from "./looks.ts";
import type { Route } from "./route.ts";

export type { Asked, Route } from "./route.ts";

/** Every address, the state first. */
export const routes: ReadonlyArray<Route> = [...looks, ...acts];
