/**
 * The gateway as the command line calls it: a client for the merchant of the environment over one of the adapters, and what is
 * said when a call of it fails.
 */
import * as ApiV3 from "@wechat-refund/apiv3/ApiV3";
import * as MerchantV3 from "@wechat-refund/apiv3/Merchant";
import * as Merchant from "@wechat-refund/core/Merchant";
import * as Merchants from "@wechat-refund/core/Merchants";
import { mainEndpoint } from "@wechat-refund/core/Operation";
import * as OrderRefunds from "@wechat-refund/core/OrderRefunds";
import * as RefundClient from "@wechat-refund/core/RefundClient";
import type { RefundError } from "@wechat-refund/core/RefundError";
import { Transport } from "@wechat-refund/core/Transport";
import type { SignType } from "@wechat-refund/core/Signature";
import * as TransportSettings from "@wechat-refund/mutual-tls/TransportSettings";
import * as Context from "effect/Context";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option from "effect/Option";
import * as Adapters from "./Adapters.ts";
import * as Environment from "@wechat-refund/checkup/Environment";
import { type Answer, type ExitCode, failed, give } from "./Ending.ts";
import { isEndpoint, notEndpoint } from "@wechat-refund/core/Endpoint";
import { colon, type Say } from "@wechat-refund/checkup/Language";
import { list, plain, shownNumber } from "./Print.ts";
import { protocolOf } from "./ProtocolOf.ts";
import * as Words from "@wechat-refund/checkup/Words";

/** The flags of a call. */
export interface Call {
  readonly signType: Option.Option<SignType>;
  readonly adapter: Adapters.Name;
  readonly endpoint: Option.Option<string>;
  readonly protocol: Option.Option<Merchants.Protocol>;
  readonly json: boolean;
}

/** Is the client certificate insisted on before anything is sent? */
export type Certificate = "required" | "optional";

const settings = (certificate: Certificate) =>
  certificate === "required"
    ? TransportSettings.config
    : Effect.catchIf(
        TransportSettings.config,
        (error) => error._tag === "CertificateError" && error.problem === "not-configured",
        () => TransportSettings.configNoCertificate,
      );

/** The environment does not say who refunds, or says something that cannot be. */
class WrongEnvironment extends Data.TaggedError("WrongEnvironment")<{ readonly message: string }> {}

const needed = ["WECHAT_PAY_APP_ID", "WECHAT_PAY_MCH_ID", "WECHAT_PAY_API_KEY"];

const checkEnvironment = Effect.gen(function* () {
  const given = yield* Effect.forEach(needed, Environment.text);
  const missing = needed.filter((_, n) => given[n] === undefined);
  if (missing.length > 0) return yield* new WrongEnvironment({ message: `not set: ${missing.join(", ")}` });
});

/** The gateway's address: that of the flag, of the environment, or WeChat Pay's. */
const endpointOf = ({ endpoint }: Pick<Call, "endpoint">): Effect.Effect<string, WrongEnvironment> =>
  Effect.gen(function* () {
    const given = Option.getOrUndefined(endpoint) ?? (yield* Environment.text("WECHAT_PAY_ENDPOINT"));
    if (given === undefined) return mainEndpoint;
    return isEndpoint(given) ? given : yield* new WrongEnvironment({ message: `WECHAT_PAY_ENDPOINT ${notEndpoint}` });
  });

type Settings = TransportSettings.TransportSettings;

const layer = (call: Call, certificate: Certificate, changes: Partial<Settings>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      yield* checkEnvironment;
      // What the flag names is also what the transport holds to.
      const endpoint = yield* endpointOf(call);
      const config = yield* Merchant.config;
      const signType = Option.getOrElse(call.signType, () => config.signType);
      return Layer.mergeAll(RefundClient.layer, OrderRefunds.layer).pipe(
        Layer.provideMerge(Adapters.layer(call.adapter, { ...(yield* settings(certificate)), endpoint, ...changes })),
        Layer.provideMerge(Merchant.layer({ ...config, signType, endpoint })),
      );
    }),
  );

/** The settings of APIv3, where that is what the command speaks. */
export const OfV3 = Context.Reference<MerchantV3.MerchantOptions | undefined>("@wechat-refund/cli/OfV3", {
  defaultValue: () => undefined,
});

/** APIv3: a client without what only APIv2 has. No call of it needs a certificate. */
const layerV3 = (call: Call, changes: Partial<Settings>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const endpoint = yield* endpointOf(call);
      const options = { ...(yield* MerchantV3.config), endpoint };
      return ApiV3.layer.pipe(
        Layer.provideMerge(
          Adapters.layer(call.adapter, { ...(yield* TransportSettings.configNoCertificate), endpoint, ...changes }),
        ),
        Layer.provideMerge(MerchantV3.layer(options)),
        Layer.merge(Layer.succeed(OfV3, options)),
      );
    }),
  );

/** The exit code of a failed call. It follows the outcome; what was refused before it left the process is a wrong command line. */
export const exitCodeOf = (error: RefundError): ExitCode => {
  if (error.reason._tag === "InvalidRequest") return 2;
  return error.outcome === "not-accepted" ? 1 : 3;
};

/** The flags that say which gateway is asked, and how. */
type Whither = Pick<Call, "endpoint" | "protocol">;
const unsaid: Whither = { endpoint: Option.none(), protocol: Option.none() };

/**
 * The command that asks for a refund, where the call went by its flags. The number is quoted, for `|` and `*` are allowed in it, and one
 * that begins as a flag does is joined to its own; one that is not shown is named.
 */
export const queryOf = (say: Say, outRefundNo: string, { endpoint, protocol }: Whither): string => {
  const isShown = shownNumber(outRefundNo) === outRefundNo;
  const command = [
    "wechat-refund query",
    ...(isShown ? [`--out-refund-no${outRefundNo.startsWith("-") ? "=" : " "}'${outRefundNo}'`] : []),
    ...(Option.isSome(protocol) ? [`--protocol ${protocol.value}`] : []),
    ...(Option.isSome(endpoint) ? ["--endpoint", `'${plain(endpoint.value)}'`] : []),
  ].join(" ");
  return isShown
    ? command
    : say(`${command}, with the --out-refund-no of this call`, `${command}，--out-refund-no 用本次的单号`);
};

const nextStep = (
  say: Say,
  { advice, operation, outRefundNo, outcome }: RefundError,
  call: Whither,
): string | undefined =>
  operation === "refund" && outRefundNo !== undefined && (outcome !== "not-accepted" || advice === "query-first")
    ? queryOf(say, outRefundNo, call)
    : undefined;

/** What is said of a failed call. */
export const failure = (say: Say, error: RefundError, call = unsaid): Answer => {
  const { advice, outcome, reason } = error;
  const exitCode = exitCodeOf(error);
  const said = { reason: reason._tag, outcome, advice, message: reason.message };
  const isRefund = error.operation === "refund";
  const means = isRefund
    ? Words.outcomes(say)[outcome]
    : say("a query that fails says nothing about the refund", "查询失败，对退款本身说明不了什么");
  const askAgain = !isRefund && reason._tag === "TransportFailed" && advice === "resend-same";
  const whatToDo = askAgain
    ? say("the query may be asked again", "可以再次查询")
    : ((isRefund ? undefined : Words.queryAdvices(say)[advice]) ?? Words.advices(say)[advice]);
  const what = isRefund ? say("refund failed", "退款失败") : say("query failed", "查询失败");
  const text = [
    plain(`${what}${colon(say)}${reason._tag}${colon(say)}${Words.failure(say, reason)}`),
    list([
      [say("outcome", "结果"), exitCode === 2 && !isRefund ? undefined : `${outcome}${colon(say)}${means}`],
      [say("advice", "建议"), `${advice}${colon(say)}${whatToDo}`],
      [say("next", "下一步"), nextStep(say, error, call)],
      [say("see", "参见"), Words.page(reason._tag)],
    ]),
  ].join("\n");
  return failed(said, { exitCode, text });
};

/** Ends the command with 2: what is wrong with the environment, by name. */
const wrongEnvironment = ({ json }: Pick<Call, "json">, error: { readonly _tag: string; readonly message: string }) => {
  const said = {
    reason: error._tag,
    outcome: "not-accepted",
    advice: "fix-account",
    message: plain(Environment.wrong(error)),
  } as const;
  return Effect.andThen(give(failed(said, { exitCode: 2 }), json ? "json" : "text"), Effect.never);
};

/** What a command calls the gateway with. */
export type Services = RefundClient.RefundClient | OrderRefunds.OrderRefunds | Merchant.Merchant | Transport;

/** Provides the client of the environment's merchant, and what it is made of; what is wrong with the environment is said, and ends the command with 2. */
export const provide = <A, E, R>(
  call: Call,
  certificate: Certificate,
  program: Effect.Effect<A, E, R | Services>,
  changes: Partial<Settings> = {},
) =>
  Effect.gen(function* () {
    const made =
      (yield* protocolOf(call.protocol, call.json)) === "v3"
        ? // What only APIv2 has is asked for by no program that is run here for APIv3.
          (layerV3(call, changes) as unknown as ReturnType<typeof layer>)
        : layer(call, certificate, changes);
    const services = yield* Layer.build(made).pipe(Effect.catch((error) => wrongEnvironment(call, error)));
    return yield* Effect.provideContext(program, services);
  }).pipe(Effect.scoped);

/** The merchant of {@link provide} as the one that a store's worker calls for; and how a call of it failed last that found nobody. */
export const merchants = (options: Merchants.Options) => {
  let failed: string | undefined;
  const noted = (transport: Transport["Service"]): Transport["Service"] => ({
    ...transport,
    send: (request) =>
      Effect.tapError(transport.send(request), ({ message }) => Effect.sync(() => void (failed = message))),
  });
  const layer = Layer.unwrap(
    Effect.gen(function* () {
      const transport = Layer.succeed(Transport, noted(yield* Transport));
      const ofV3 = yield* OfV3;
      if (ofV3 !== undefined) {
        return Merchants.layer([{ name: ofV3.mchId, v3: ApiV3.block({ ...ofV3, transport }) }], options);
      }
      const merchant = yield* Merchant.Merchant;
      return Merchants.layer([{ name: merchant.mchId, v2: { ...merchant, transport } }], options);
    }),
  );
  return { layer: Layer.orDie(layer), lastFailure: () => failed };
};

/** Prints an answer as the call's flags want it. */
export const answer = ({ json }: Call, answer: Answer) => {
  if (!json) return give(answer, "text");
  const { text: _, ...document } = answer;
  return give(answer.exitCode === 0 ? document : answer);
};

/**
 * Runs a call and prints what it gave. What is wrong with the environment is said before anything is sent.
 */
export const run = <A>(
  say: Say,
  call: Call,
  certificate: Certificate,
  program: Effect.Effect<A, RefundError, Services>,
  show: (value: A) => string,
  codeOf: (value: A) => ExitCode = () => 0,
) =>
  provide(
    call,
    certificate,
    program.pipe(
      Effect.match({
        onSuccess: (value): Answer => ({ exitCode: codeOf(value), json: { ok: true, value }, text: show(value) }),
        onFailure: (error) => failure(say, error, call),
      }),
      Effect.flatMap((said) => answer(call, said)),
    ),
  );
