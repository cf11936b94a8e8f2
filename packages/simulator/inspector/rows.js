/** One line of each list: an exchange, a refund, an order, a notice; and the links between them. */
import { beijing, call, el, folded, table, yuan } from "./dom.js";
import { say } from "./words.js";

const tone = { SUCCESS: "good", acknowledged: "good", PROCESSING: "wait", waiting: "wait" };
export const state = (word, shown = word) =>
  el("span", { className: `state ${tone[word] ?? "bad"}`, textContent: shown });
export const quiet = (text) => el("span", { className: "quiet", textContent: text });
const time = (millis) =>
  el("time", { className: "quiet", dateTime: new Date(millis).toISOString(), textContent: beijing(millis) });

export const addressOf = (kind, number) => `#${kind}/${encodeURIComponent(number)}`;
export const link = (kind, number) => el("a", { href: addressOf(kind, number), textContent: number });

const operations = [
  [/^\/(?:secapi\/)?pay\/(refund(?:query)?(?:v2)?|downloadbill)$/, "$1"],
  [/^\/v3\/refund\/domestic\/refunds$/, "v3 refund"],
  [/^\/v3\/refund\/domestic\/refunds\/.*/, "v3 query"],
  [/^\/v3\/(?:bill\/)?(\w+).*/, "v3 $1"],
];
export const operationOf = (path) => {
  const [pattern, name] = operations.find(([pattern]) => pattern.test(path)) ?? [];
  return pattern === undefined ? path : path.replace(pattern, name);
};

export const exchangeRow = ({ at, fault, mchId, outRefundNo, outTradeNo, outcome, path, repeated, sequence }) =>
  el(
    "a",
    { className: "row", href: `#exchanges/${sequence}` },
    time(at),
    el("span", { textContent: operationOf(path) }),
    el("span", {}, outRefundNo ?? "", " ", quiet([outTradeNo, mchId].filter((part) => part !== undefined).join(" · "))),
    el(
      "span",
      {},
      state(outcome),
      repeated && quiet(` ${say("again")}`),
      fault !== undefined && " ",
      fault !== undefined && el("span", { className: "tag", textContent: fault }),
    ),
  );

/** Where a refund is at a time: what becomes of it was fixed when it was accepted. */
export const statusAt = ({ course }, now) => course.findLast(({ at }) => at <= now)?.status ?? "PROCESSING";

export const refundRow = (refund, now) => {
  const { acceptedAt, mchId, outRefundNo, outTradeNo, refundFee, totalFee } = refund;
  return el(
    "a",
    { className: "row", href: addressOf("refunds", outRefundNo) },
    time(acceptedAt),
    el("span", { textContent: outRefundNo }),
    el("span", {}, `${say("moneyOf", yuan(refundFee), yuan(totalFee))} `, quiet(`${outTradeNo} · ${mchId}`)),
    state(statusAt(refund, now)),
  );
};

export const orderRow = ({ mchId, outTradeNo, paidAt, refundedFee, totalFee, transactionId }) =>
  el(
    "a",
    { className: "row", href: addressOf("orders", transactionId) },
    time(paidAt),
    el("span", { textContent: outTradeNo }),
    quiet(`${transactionId} · ${mchId}`),
    el("span", { textContent: say("refundedOf", yuan(refundedFee), yuan(totalFee), yuan(totalFee - refundedFee)) }),
  );

const answerText = ({ body, failure, forbidden, status }) =>
  failure ??
  (forbidden === undefined
    ? `HTTP ${status} ${/return_code>(?:<!\[CDATA\[)?(\w+)/.exec(body)?.[1] ?? ""}`
    : say("notPosted", forbidden));

export const noticeRow = (act) => (notice) => {
  const { attempts, body, id, nextAt, opened, outRefundNo, since, state: stands, status, url } = notice;
  const again = el("button", { type: "button", textContent: say("postAgain") });
  again.addEventListener("click", () => act(() => call("POST", `/api/notices/${id}/again`)));
  return el(
    "div",
    {},
    el(
      "div",
      { className: "row" },
      time(attempts[0]?.at ?? since),
      el("span", {}, link("refunds", outRefundNo), " ", state(status)),
      quiet(url),
      el("span", {}, state(stands, say(stands)), nextAt !== undefined && quiet(` ${say("next", beijing(nextAt))}`)),
    ),
    el(
      "div",
      { className: "inner" },
      folded(
        `notice-${id}`,
        say("posts", attempts.length),
        table(
          attempts.map(({ answer, at }) => [beijing(at), answer === undefined ? say("onItsWay") : answerText(answer)]),
        ),
        opened !== undefined && el("h3", { textContent: say("opened") }),
        opened !== undefined && table(opened),
        body !== undefined && el("h3", { textContent: say("sealed") }),
        body !== undefined && el("pre", { textContent: body, tabIndex: 0 }),
        again,
      ),
    ),
  );
};

export const list = (items, keyOf, row, none) =>
  items.length === 0
    ? el("p", { className: "empty", textContent: none })
    : el(
        "ul",
        { className: "list" },
        ...items.map((item) => el("li", { data: { "data-key": `${keyOf(item)}` } }, row(item))),
      );
