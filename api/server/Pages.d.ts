import * as Effect from "effect/Effect";
import * as HttpRouter from "effect/http/HttpRouter";
import * as Layer from "effect/Layer";
import * as Operations from "./internal/operations.ts";
import { Door } from "./pages/Door.ts";
export { missing } from "./pages/Entering.ts";
/** Addresses, for the methods that they take. */
export declare const routes: {
    method: "GET" | "POST";
    path: "/" | "/assets/:name" | "/blocked/:merchant/:cause/:action" | "/books" | "/books/:mchId/:date" | "/feed" | "/merchants" | "/merchants/:merchant/:action" | "/refunds" | "/refunds.csv" | "/refunds/:merchant/:outRefundNo" | "/refunds/:merchant/:outRefundNo/:action" | "/sign-in" | "/sign-out";
}[];
export declare const layer: Layer.Layer<never, never, HttpRouter.HttpRouter | Door | Effect.Services<typeof Operations.make>>;
