/**
 * `serve`: a refund service for programs in any language, on a store of refunds. Everything is checked before anything listens; it runs
 * until it is told to stop, and ends the calls under way first.
 */
import { isIP } from "node:net";
import * as Command from "effect/cli/Command";
import * as Flag from "effect/cli/Flag";
import * as Console from "effect/Console";
import * as Effect from "effect/Effect";
import * as Option from "effect/Option";
import { show } from "../Checked.ts";
import { Ending, jsonLine } from "../Ending.ts";
import * as Flags from "../Flags.ts";
import { english, type Say } from "@wechat-refund/checkup/Language";
import { inWords } from "@wechat-refund/checkup/Check";
import { translated } from "@wechat-refund/checkup/Translated";
import { plain } from "../Print.ts";
import * as Store from "../store/Store.ts";

const host = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.filter(
      (value) => value === "localhost" || isIP(value) !== 0,
      () => "must be an address of this machine, such as 127.0.0.1 or 0.0.0.0",
    ),
    Flag.withMetavar("address"),
    Flag.withDescription(description),
  );

const flags = (say: Say) => ({
  ...Store.flags(
    say,
    say(
      "this, --database or the environment must name one, but with --simulate",
      "除 --simulate 外，须由此选项、--database 或环境变量指定",
    ),
  ),
  merchants: Flag.String("merchants").pipe(
    Flag.filter(Store.isPath, () => Store.notPath),
    Flag.withMetavar("file"),
    Flag.withDescription(
      say(
        "The merchants, a JSON file; the one of WECHAT_PAY_* unless given, which is then called default",
        "商户的 JSON 文件；默认取 WECHAT_PAY_* 的商户，名为 default",
      ),
    ),
    Flag.optional,
  ),
  tokens: Store.path("tokens").pipe(
    Flag.withDescription(
      say(
        "The tokens that may call, see wechat-refund token; needed, but with --simulate",
        "可调用的令牌文件，见 wechat-refund token；除 --simulate 外必填",
      ),
    ),
    Flag.optional,
  ),
  port: Flags.port("port", say("Of the API; 8080 unless given, 0 for a free one", "API 端口；默认 8080，0 为任选"), 0),
  host: host("host", say("Where the API listens; 127.0.0.1 unless given", "API 的监听地址；默认 127.0.0.1")).pipe(
    Flag.withDefault("127.0.0.1"),
  ),
  noticePort: Flags.port(
    "notice-port",
    say(
      "Of the notices, the only part that WeChat Pay must reach; without it there are none",
      "退款通知的端口，唯一需要微信支付访问的部分；不指定则不接收",
    ),
    0,
  ),
  noticeHost: host(
    "notice-host",
    say("Where notices are listened for; --host unless given", "退款通知的监听地址；默认同 --host"),
  ).pipe(Flag.optional),
  noticeUrl: Flag.String("notice-url").pipe(
    Flag.filter(
      (url) => /^https?:\/\/[^\s?#]{1,180}$/.test(url) && URL.canParse(url) && new URL(url).username === "",
      () => "must be the public address of the notices without a query, such as https://pay.example/notices",
    ),
    Flag.withMetavar("url"),
    Flag.withDescription(
      say(
        "Their public address: a refund that names none gets this one and its merchant's name (notify_url)",
        "通知的公网地址：未指定 notify_url 的退款使用该地址加商户名",
      ),
    ),
    Flag.optional,
  ),
  tlsCert: Store.path("tls-cert").pipe(
    Flag.withDescription(say("The certificate of both listeners, PEM", "两个监听端口的证书，PEM")),
    Flag.optional,
  ),
  tlsKey: Store.path("tls-key").pipe(
    Flag.withDescription(say("Its private key, PEM without a passphrase", "证书私钥，无口令的 PEM")),
    Flag.optional,
  ),
  behindProxy: Flag.String("behind-proxy").pipe(
    Flag.filter(
      (text) => /^[0-9A-Fa-f.:/,]{2,255}$/.test(text),
      () => "must be networks such as 10.0.0.0/8, with commas between them",
    ),
    Flag.withMetavar("networks"),
    Flag.withDescription(
      say(
        "Networks of proxies that hold the certificate instead, such as 10.0.0.0/8; nobody else is served",
        "持有证书的反向代理所在网段，如 10.0.0.0/8；其他来源一律拒绝",
      ),
    ),
    Flag.optional,
  ),
  webhooks: Store.path("webhooks").pipe(
    Flag.withDescription(
      say(
        "Where events are posted to, a JSON file; WECHAT_REFUND_WEBHOOKS unless given, nowhere without",
        "事件推送（Webhook）的 JSON 文件；默认取 WECHAT_REFUND_WEBHOOKS，未设置则不推送",
      ),
    ),
    Flag.optional,
  ),
  noMigrate: Flags.off(
    "no-migrate",
    say("Do not bring the store to this version's form; it must have it", "不升级存储结构；须已是本版本的结构"),
  ),
  noReconcile: Flags.off(
    "no-reconcile",
    say(
      "Do not compare the books with WeChat Pay's bills each day from ten in the morning, Beijing time",
      "不在每日 10:00（北京时间）后与微信支付账单对账",
    ),
  ),
  prefix: Flags.optionalText(
    "prefix",
    say(
      "How your numbers begin: refunds with others, in a bill, were made elsewhere, such as in the merchant platform",
      "己方退款单号的前缀：账单中其他单号视为在别处发起，如商户平台",
    ),
  ),
  noPages: Flags.off(
    "no-pages",
    say("Serve the API alone, without the operator's pages in a browser", "只提供 API，不提供浏览器中的运营页面"),
  ),
  check: Flags.off(
    "check",
    say("Check settings, merchants, store, tokens and clock, and end", "检查配置、商户、存储、令牌与时钟后退出"),
  ),
  simulate: Flags.off(
    "simulate",
    say(
      "Refund at a gateway of this process, where no money moves; needs no key, no token and no store",
      "在本进程内的模拟网关上退款，不动用资金；无需密钥、令牌和存储",
    ),
  ),
  jsonLogs: Flags.off("json-logs", say("Log as JSON, to standard output", "以 JSON 格式输出日志到标准输出")),
  json: Flags.off("json", say("Print what --check finds as JSON", "以 JSON 输出 --check 的结果")),
});

/** The command. */
export const command = (say: Say) =>
  Command.make(
    "serve",
    flags(say),
    Effect.fnUntraced(function* ({
      behindProxy,
      check,
      json,
      noMigrate,
      noPages,
      noReconcile,
      noticeHost,
      port,
      ...given
    }) {
      const { prepare, run } = yield* Effect.promise(() => import("../serve/Session.ts"));
      // What programs read is English.
      const prepared = yield* prepare(check && json ? english : say, {
        store: given.store,
        database: given.database,
        merchants: Option.getOrUndefined(given.merchants),
        tokens: Option.getOrUndefined(given.tokens),
        webhooks: Option.getOrUndefined(given.webhooks),
        host: given.host,
        port: Option.getOrElse(port, () => 8080),
        noticeHost: Option.getOrElse(noticeHost, () => given.host),
        noticePort: Option.getOrUndefined(given.noticePort),
        noticeUrl: Option.getOrUndefined(given.noticeUrl),
        tlsCert: Option.getOrUndefined(given.tlsCert),
        tlsKey: Option.getOrUndefined(given.tlsKey),
        behindProxy: Option.match(behindProxy, { onNone: () => [], onSome: (text) => text.split(",") }),
        migrate: !noMigrate,
        reconcile: !noReconcile,
        pages: !noPages,
        prefix: Option.getOrUndefined(given.prefix),
        simulate: given.simulate,
        check,
      });
      const { checks, plan } = prepared;
      const isGood = plan !== undefined;
      if (check) {
        yield* Console.log(
          json ? jsonLine({ ok: isGood, checks }) : checks.map((one) => show(say, inWords(say, one))).join("\n"),
        );
        if (!isGood) return yield* new Ending({ exitCode: 2 });
        return;
      }
      if (!isGood) {
        const found = checks.filter(({ status }) => status === "wrong");
        yield* Console.error(found.map((one) => show(say, inWords(say, one))).join("\n"));
        return yield* new Ending({ exitCode: 2 });
      }
      for (const { name, remedy, status } of checks) {
        if (status === "ok" && remedy !== undefined)
          yield* Console.error(`${plain(name)}: ${translated(say)(plain(remedy))}`);
      }
      return yield* run(say, plan, { json: given.jsonLogs });
    }, Effect.scoped),
  ).pipe(
    Command.withShortDescription(
      say("Run a refund service for programs in any language", "运行供任何语言调用的退款服务"),
    ),
    Command.withDescription(
      say(
        "Serves refunds over HTTP: stored before they are acknowledged, made at most once a number, followed until they are final, after a " +
          "restart as well. Checks settings, merchants, store, tokens and ports first, and says all that is wrong. Several on one PostgreSQL " +
          "share the work. SIGTERM and SIGINT let the calls under way end. Exit codes: 130 told to stop; 2 something to mend, nothing was " +
          "served; 70 the store no longer answers and a new process is needed; with --check 0 or 2.",
        "以 HTTP 提供退款服务：先存储后应答，同一单号至多退款一次，跟踪至最终结果，重启后继续。启动前检查配置、商户、存储、令牌与端口，并一次列出所有问题。" +
          "多个进程可共用一个 PostgreSQL。收到 SIGTERM 或 SIGINT 后等待进行中的调用结束。退出码：130 被要求停止；2 有需修正之处，未提供服务；" +
          "70 存储不再应答，需要重启进程；--check 时为 0 或 2。",
      ),
    ),
    Command.withExamples([
      {
        command: "wechat-refund serve --simulate",
        description: say("try it, without anything", "无需任何准备即可试用"),
      },
      { command: "wechat-refund serve --store ./refunds.db --tokens ./tokens.json" },
      {
        command:
          "wechat-refund serve --merchants ./merchants.json --tokens ./tokens.json --host 0.0.0.0 --behind-proxy 10.0.0.0/8 --notice-port 8081",
        description: say("the store is WECHAT_REFUND_DATABASE", "存储取自 WECHAT_REFUND_DATABASE"),
      },
    ]),
  );
