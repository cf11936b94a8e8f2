/** What a service says once it listens: what to open, and what to call. */
import * as Effect from "effect/Effect";
import type { Say } from "@wechat-refund/checkup/Language";
import { list } from "../Print.ts";
import type { Gateway } from "./Gateways.ts";
import type { Asked } from "./Settings.ts";

export interface Announced {
  readonly api: string;
  readonly notices: string | undefined;
  readonly store: string;
  readonly asked: Asked;
  readonly gateway: Gateway;
  /** By their names. */
  readonly webhooks: ReadonlyArray<string>;
}

const names = ({ merchants }: Gateway): ReadonlyArray<string> => merchants.all.map(({ name }) => name);

/** As lines, with a request that can be copied. */
export const text = (say: Say, { api, asked, gateway, notices, store, webhooks }: Announced): string => {
  const isTrial = gateway.inspector !== undefined;
  const authorization = asked.tokens === undefined ? "" : ' -H "Authorization: Bearer $TOKEN"';
  const [name = "", ...more] = names(gateway);
  const each = more.length === 0 ? name : say("MERCHANT", "商户");
  const body = `{"order":{"outTradeNo":"ORDER-1"},"outRefundNo":"R-1","totalFee":100,"refundFee":30}`;
  return [
    isTrial
      ? say(
          `Refunds are served at ${api}, on a simulated gateway where no money moves.`,
          `退款服务：${api}（模拟网关，不动用资金）。`,
        )
      : say(`Refunds are served at ${api}.`, `退款服务：${api}。`),
    list([
      [say("store", "存储"), store],
      [say("merchants", "商户"), names(gateway).join(", ")],
      [say("notices", "通知"), notices === undefined ? undefined : `${notices}/notices/${each}`],
      [say("webhooks", "Webhook"), webhooks.join(", ")],
      [say("gateway", "网关"), gateway.inspector],
      [say("for operators", "运营页面"), asked.pages ? `${api}/` : undefined],
      [say("described in", "接口描述"), `${api}/openapi.json`],
    ]),
    "",
    ...(isTrial
      ? [
          `curl -sS ${api}/v1/refunds${authorization} -H 'Content-Type: application/json' -d '${body}'`,
          `curl -sS ${api}/v1/refunds/${name}/R-1${authorization}`,
        ]
      : [`curl -sS ${api}/v1/merchants${authorization}`]),
    `curl -sS '${api}/v1/events?after=0&wait=30'${authorization}`,
  ].join("\n");
};

/** As a line of the log. */
export const logged = ({ api, asked, gateway, notices, store, webhooks }: Announced): Effect.Effect<void> =>
  Effect.annotateLogs(Effect.logInfo("listening"), {
    api,
    ...(notices !== undefined && { notices }),
    ...(asked.pages && { pages: `${api}/` }),
    store,
    merchants: names(gateway).join(" "),
    ...(webhooks.length > 0 && { webhooks: webhooks.join(" ") }),
    simulated: gateway.inspector !== undefined,
  });
