/** A day's bill through APIv3, for the merchant of the environment. */
import * as Bills from "@wechat-refund/apiv3/Bills";
import * as KeyRing from "@wechat-refund/apiv3/KeyRing";
import * as Merchant from "@wechat-refund/apiv3/Merchant";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import type { BillRequest } from "@wechat-refund/core/RefundBill";
import { Transport } from "@wechat-refund/core/Transport";
import * as Effect from "effect/Effect";
import type * as Result from "effect/Result";
import * as Source from "./Source.ts";

/** `whole`: of all sub-merchants, where the merchant of the environment is one of a provider. */
export const download = (
  options: Merchant.MerchantOptions,
  request: BillRequest,
  { whole = false }: { readonly whole?: boolean } = {},
): Effect.Effect<Result.Result<Source.Source, Source.NoSource>, never, Transport> =>
  Effect.gen(function* () {
    const wrong = ({ _tag, message }: { readonly _tag: string; readonly message: string }): Source.NoSource => ({
      reason: _tag,
      message,
      exitCode: 2,
    });
    const merchant = yield* Effect.mapError(Effect.fromResult(Merchant.make(options)), wrong);
    const transport = yield* Transport;
    const host = merchant.endpoint ?? mainEndpoint;
    const parts = { merchant, transport, ring: KeyRing.make(merchant, transport), host, whole };
    return yield* Effect.mapError(Bills.download(request, parts), Source.notHad);
  }).pipe(Effect.result);
