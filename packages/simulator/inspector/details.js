/** One thing on a page of its own: an exchange, a refund, an order, how to connect. Each with what belongs to it. */
import { beijing, call, el, folded, table, yuan } from "./dom.js";
import { exchangeRow, link, list, noticeRow, quiet, refundRow, state, statusAt } from "./rows.js";
import { explained, replySigned } from "./signing.js";
import { say } from "./words.js";

const section = (title, ...inside) => el("section", {}, el("h3", { textContent: title }), ...inside);
const heading = (...inside) => el("h2", { id: "title", tabIndex: -1 }, ...inside);
const none = (text) => el("div", {}, heading(text));
const get = (path, query = {}) => call("GET", `${path}?${new URLSearchParams(query)}`);

/** The members of an object in its depths, each with the path to it. */
const membersOf = (value, path = "") =>
  typeof value !== "object" || value === null || Object.keys(value).length === 0
    ? [[path, typeof value === "string" ? value : JSON.stringify(value)]]
    : Object.entries(value).flatMap(([name, member]) => membersOf(member, path === "" ? name : `${path}.${name}`));

/** A message as its fields, if it is JSON or XML. */
const fieldsOf = (text) => {
  if (text.startsWith("{")) {
    try {
      return membersOf(JSON.parse(text));
    } catch {
      return undefined;
    }
  }
  // What a browser says of text that is no XML has a style of its own, which this page does not allow.
  if (!text.startsWith("<")) return undefined;
  const root = new DOMParser().parseFromString(text, "text/xml").documentElement;
  if (root.querySelector("parsererror") !== null || root.tagName !== "xml") return undefined;
  return [...root.children].map(({ tagName, textContent }) => [tagName, textContent]);
};

const message = (key, meta, text, headers) => {
  const fields = fieldsOf(text);
  const raw = el("pre", { textContent: text, tabIndex: 0 });
  return el(
    "div",
    { className: "panel" },
    el("h3", { textContent: say(key) }),
    el("p", { className: "quiet", textContent: meta }),
    fields === undefined ? raw : table(fields),
    headers !== undefined && folded(`${key}-headers`, say("headers"), table(Object.entries(headers))),
    fields !== undefined && folded(`${key}-raw`, say("asSent"), raw),
  );
};

const mishaps = ["LoseReply", "Reset", "Cut", "Delay", "Stray"];

const orderMoney = ({ refundedFee, totalFee }) =>
  say("refundedOf", yuan(refundedFee), yuan(totalFee), yuan(totalFee - refundedFee));

/** The refund and the order that an exchange speaks of, as they are now. */
const aboutOf = async ({ mchId, outRefundNo, outTradeNo, transactionId }, now) => {
  const own = (all) => all.filter((one) => mchId === undefined || one.mchId === mchId);
  const refunds = outRefundNo === undefined ? [] : own(await get("/api/refunds", { number: outRefundNo }));
  const number = refunds[0]?.transactionId ?? transactionId ?? outTradeNo;
  const orders = number === undefined ? [] : own(await get("/api/orders", { number }));
  const lines = [
    ...(mchId === undefined ? [] : [[say("merchant"), mchId]]),
    ...refunds.map((refund) => [
      say("refundNo"),
      el("span", {}, link("refunds", refund.outRefundNo), ` ${yuan(refund.refundFee)} `, state(statusAt(refund, now))),
    ]),
    ...(outRefundNo !== undefined && refunds.length === 0 ? [[say("refundNo"), say("noSuchRefund", outRefundNo)]] : []),
    ...orders.map((order) => [
      say("orderNo"),
      el("span", {}, link("orders", order.outTradeNo), " ", quiet(orderMoney(order))),
    ]),
    ...(number !== undefined && orders.length === 0 ? [[say("orderNo"), say("noSuchOrder", number)]] : []),
  ];
  return lines.length === 0
    ? ""
    : el("div", { className: "panel" }, el("h3", { textContent: say("about") }), table(lines));
};

/** An exchange never changes; what it is about does. */
export const exchangeDetail = (sequence) => {
  let kept;
  return async ({ now }) => {
    if (kept === undefined) {
      const before = Number(sequence) + 1;
      const [exchange] = Number.isSafeInteger(before)
        ? await get("/api/exchanges", { after: before - 2, before, limit: 1 })
        : [];
      if (exchange === undefined) return none(say("notKept"));
      kept = { exchange, explanation: await call("GET", `/api/exchanges/${sequence}/explanation`) };
    }
    const { exchange, explanation } = kept;
    const { at, clientCertificate, contentType, fault, method, outcome, path, status, target } = exchange;
    return el(
      "article",
      {},
      heading(
        `${say("exchange", sequence)} `,
        state(outcome),
        " ",
        fault !== undefined && el("span", { className: "tag", textContent: fault }),
      ),
      await aboutOf(exchange, now),
      el(
        "div",
        { className: "sides" },
        message(
          "request",
          [
            `${method} ${target ?? path}`,
            beijing(at),
            ...(target === undefined ? [say("certificate", clientCertificate)] : []),
          ].join(" · "),
          exchange.request,
          exchange.requestHeaders,
        ),
        message(
          "reply",
          [`HTTP ${status}`, contentType, ...(mishaps.includes(fault) ? [say(fault)] : [])].join(" · "),
          exchange.reply,
          exchange.replyHeaders,
        ),
      ),
      section(say("howSigned"), explained(explanation)),
      replySigned(exchange),
    );
  };
};

const page = 50;

/** The latest exchanges that mention a number: all are looked through once, and from then on only those that come. */
const mentions = (query) => {
  let newest;
  let kept = [];
  return async ({ exchanges: total }) => {
    const came = await get("/api/exchanges", { ...query, limit: page, ...(newest !== undefined && { after: newest }) });
    kept = [...kept, ...came].slice(-page);
    newest = Math.max(total, came.at(-1)?.sequence ?? 0);
    return kept.toReversed();
  };
};

const exchangesOf = (all, number) =>
  section(
    say("itsExchanges"),
    list(all, ({ sequence }) => sequence, exchangeRow, say("noneTold")),
    el("p", {}, el("a", { href: `#exchanges?search=${encodeURIComponent(number)}`, textContent: say("allExchanges") })),
  );

const refundFacts = (refund) => [
  [say("refundNo"), refund.outRefundNo],
  [say("refundId"), refund.refundId],
  [say("merchant"), [refund.mchId, refund.subMchId].filter((number) => number !== undefined).join(" / ")],
  [say("orderNo"), link("orders", refund.outTradeNo)],
  [say("amount"), say("moneyOf", yuan(refund.refundFee), yuan(refund.totalFee))],
  [say("settlement"), yuan(refund.settlementRefundFee)],
  [say("cash"), yuan(refund.cashRefundFee)],
  ...refund.coupons.map(({ fee, id, type }) => [say("coupon", id, type), yuan(fee)]),
  [say("account"), refund.refundAccount],
  [say("protocol"), refund.protocol],
  ...(refund.notifyUrl === undefined ? [] : [[say("notifyUrl"), refund.notifyUrl]]),
  [say("acceptedAt"), beijing(refund.acceptedAt)],
  ...refund.course.map(({ at, status }) => [say("becomes", status), beijing(at)]),
];

const orderFacts = (order) => [
  [say("orderNo"), order.outTradeNo],
  [say("transactionId"), order.transactionId],
  [say("merchant"), [order.mchId, order.subMchId].filter((number) => number !== undefined).join(" / ")],
  [say("total"), yuan(order.totalFee)],
  [say("refunded"), yuan(order.refundedFee)],
  [say("left"), yuan(order.totalFee - order.refundedFee)],
  [say("parts"), String(order.refunds)],
  [say("paidAt"), beijing(order.paidAt)],
];

/** A refund's number may be used by several merchants. */
export const refundDetail = (act) => (number) => {
  const mentioning = mentions({ refund: number });
  return async (state_) => {
    const refunds = await get("/api/refunds", { number });
    const exchanges = await mentioning(state_);
    const parts = await Promise.all(
      refunds.map(async (refund) => {
        const { mchId, outRefundNo, transactionId } = refund;
        const [order] = await get("/api/orders", { number: transactionId });
        const siblings = await get("/api/refunds", { order: transactionId });
        const notices = await get("/api/notices", { refund: outRefundNo, merchant: mchId });
        return el(
          "article",
          { data: { "data-key": `${mchId} ${refund.refundId}` } },
          heading(`${say("refundHeading", outRefundNo)} `, state(statusAt(refund, state_.now))),
          el(
            "div",
            { className: "sides" },
            el("div", { className: "panel" }, el("h3", { textContent: say("oneRefund") }), table(refundFacts(refund))),
            order !== undefined &&
              el("div", { className: "panel" }, el("h3", { textContent: say("oneOrder") }), table(orderFacts(order))),
          ),
          section(
            say("itsRefunds"),
            list(
              siblings,
              ({ refundId }) => refundId,
              (one) => refundRow(one, state_.now),
              say("noneTold"),
            ),
          ),
          section(
            say("itsNotices"),
            list(notices.toReversed(), ({ id }) => id, noticeRow(act), say("noneTold")),
          ),
        );
      }),
    );
    for (const part of parts.slice(1)) part.querySelector("#title").removeAttribute("id");
    return el(
      "div",
      {},
      ...(parts.length === 0 ? [none(say("noSuchRefund", number))] : parts),
      exchangesOf(exchanges, number),
    );
  };
};

/** An order, its money, its refunds. */
export const orderDetail = (number) => {
  const mentioning = mentions({ order: number });
  return async (state_) => {
    const orders = await get("/api/orders", { number });
    const refunds = await get("/api/refunds", { order: number });
    const exchanges = await mentioning(state_);
    const parts = orders.map((order) =>
      el(
        "div",
        { className: "panel", data: { "data-key": `${order.mchId} ${order.transactionId}` } },
        el("p", { className: "state", textContent: orderMoney(order) }),
        table(orderFacts(order)),
      ),
    );
    return el(
      "article",
      {},
      heading(say(parts.length === 0 ? "noSuchOrder" : "orderHeading", number)),
      ...parts,
      section(
        say("itsRefunds"),
        list(
          refunds,
          ({ sequence }) => sequence,
          (refund) => refundRow(refund, state_.now),
          say("noneTold"),
        ),
      ),
      exchangesOf(exchanges, number),
    );
  };
};

const does = { environment: "doesEnvironment", doctor: "doesDoctor", refund: "doesRefund", query: "doesQuery" };

const command = ({ does: what, line }) => {
  const copy = el("button", { type: "button", textContent: say("copy") });
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(line);
    copy.textContent = say("copied");
    setTimeout(() => (copy.textContent = say("copy")), 2_000);
  });
  return el(
    "li",
    {},
    say(does[what]),
    el("div", { className: "command" }, el("pre", { textContent: line, tabIndex: 0 }), copy),
  );
};

/** How a client reaches the gateway. Never a key: they stand in the file of the environment. */
export const connecting = async () => {
  const [connection] = await call("GET", "/api/connection");
  if (connection === undefined) return el("p", { className: "empty", textContent: say("connectUnknown") });
  const { commands, ...facts } = connection;
  return el(
    "div",
    {},
    el("ol", { className: "commands" }, ...commands.map(command)),
    el(
      "div",
      { className: "panel" },
      table(Object.entries(facts).map(([name, value]) => [say(name === "mchId" ? "merchant" : name), value])),
    ),
  );
};

export const connectDetail = () => async () => el("article", {}, heading(say("howToConnect")), await connecting());
