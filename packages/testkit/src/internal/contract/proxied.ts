/** Through a proxy: only one that was set, and only as a tunnel. */
import type { Proxy } from "@wechat-refund/mutual-tls/TransportSettings";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import * as Script from "../../Script.ts";
import * as ScriptedProxy from "../../ScriptedProxy.ts";
import { header } from "../scripted/requests.ts";
import { canaries } from "./calls.ts";
import type { Clause } from "./clause.ts";
import { atOnce } from "./scenario.ts";
import { environment } from "./environment.ts";

const [canary] = canaries;
const ok = Script.serve(() => Script.reply({ body: "<xml/>" }));
const authorization = "Basic dXNlcjpwYXNzd29yZA==";
const via = ({ port }: { readonly port: number }): Proxy => ({
  url: `http://127.0.0.1:${port}`,
  authorization: Redacted.make(authorization),
});

export const proxied: ReadonlyArray<Clause> = [
  {
    id: "T87",
    level: "MUST",
    title: "with a proxy, posts go through its tunnel",
    says: "The proxy learns host and port, and carries what it cannot read; the server is verified as ever.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const proxy = yield* ScriptedProxy.make("tunnel");
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open({ proxy: via(proxy) });
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        const asked = proxy.requests.map(({ method, target }) => `${method} ${target}`);
        yield* bench.check(
          asked.join() === `CONNECT localhost:${server.port}`,
          asked.length === 0 ? "the proxy was not asked" : `the proxy was asked for ${asked.join(", ")}`,
        );
        const readable = Buffer.concat(proxy.carried).includes(canary);
        yield* bench.check(!readable, "the proxy could read the request");
        const impostor = yield* bench.serve(ok, { identity: bench.identities.serverOtherCa });
        const end = yield* bench.post(transport, bench.request(impostor));
        yield* bench.failure(end, "no", ["HandshakeFailed"], "a post to a server of an unknown authority");
        yield* bench.saw(impostor, 0);
      }),
  },
  {
    id: "T88",
    level: "MUST",
    title: "the proxy's credentials are shown to the proxy only",
    says: "They are no business of the host behind it.",
    needs: ["network"],
    check: (bench) =>
      Effect.gen(function* () {
        const proxy = yield* ScriptedProxy.make("tunnel");
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open({ proxy: via(proxy) });
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        const shown = proxy.requests.map((request) => header(request, "proxy-authorization"));
        yield* bench.check(shown.join() === authorization, "the proxy was not shown its credentials");
        const told = server.requests.some((request) => header(request, "proxy-authorization") !== undefined);
        yield* bench.check(!told, "the server was shown the proxy's credentials");
      }),
  },
  {
    id: "T89",
    level: "MUST",
    title: "a proxy that opens no tunnel was not given anything to send",
    says: "There is no other way round it: the host is not posted to directly.",
    fault: "F23",
    needs: ["network"],
    check: (bench) =>
      atOnce(
        [
          { status: 407, reason: "Proxy Authentication Required" },
          { status: 502, reason: "Bad Gateway" },
          "close",
          "stall",
        ] as const,
        (behaviour) =>
          Effect.gen(function* () {
            const proxy = yield* ScriptedProxy.make(behaviour);
            const server = yield* bench.serve(ok);
            const stalls = behaviour === "stall";
            const transport = yield* bench.open({
              proxy: via(proxy),
              ...(stalls && { connectTimeout: "500 millis" as const }),
            });
            const end = yield* bench.post(transport, bench.request(server));
            yield* bench.failure(end, "no", stalls ? ["TimedOut"] : ["Unreachable", "HandshakeFailed"]);
            yield* bench.saw(server, 0);
          }),
      ),
  },
  {
    id: "T90",
    level: "MUST",
    title: "the environment's proxy is not used",
    says: "A variable set for other programs must not lead a merchant's connection elsewhere.",
    needs: ["network"],
    alone: true,
    check: (bench) =>
      Effect.gen(function* () {
        const proxy = yield* ScriptedProxy.make("tunnel");
        const url = `http://127.0.0.1:${proxy.port}`;
        const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
        const variables = Object.fromEntries(names.map((name) => [name, url]));
        yield* environment({ ...variables, NO_PROXY: "", no_proxy: "", NODE_USE_ENV_PROXY: "1" });
        const server = yield* bench.serve(ok);
        const transport = yield* bench.open();
        yield* bench.reply(yield* bench.post(transport, bench.request(server)));
        yield* bench.check(proxy.requests.length === 0, "the environment's proxy was asked for a tunnel");
        yield* bench.saw(server, 1);
      }),
  },
];
