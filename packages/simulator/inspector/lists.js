/** The lists with their search and their pages. The latest page goes on by itself: of what comes it asks only for that. */
import { $, call, el } from "./dom.js";
import { connecting } from "./details.js";
import { exchangeRow, list, noticeRow, orderRow, quiet, refundRow } from "./rows.js";
import { say } from "./words.js";

const page = 50;
/** So many rows may stand on the latest page before those at its end are left out. */
const most = 100;

const queryOf = (parts) => {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== undefined && value !== "") query.set(name, value);
  return query;
};
const get = (path, parts) => call("GET", `${path}?${queryOf(parts)}`);

const option = ([value, name]) => el("option", { value, textContent: name });
const select = (name, options) =>
  el("label", {}, el("span", { textContent: say(name) }), el("select", { name }, ...options.map(option)));

const searchBox = () =>
  el(
    "label",
    { className: "search" },
    el("span", { textContent: say("search") }),
    el("input", { name: "search", type: "search", placeholder: say("searchHint"), maxLength: 64 }),
  );

/** The form whose reader changed it, as long as the address does not say so yet. */
let changed;

/** Goes where the form says; the page starts with the latest again. A form that is not shown any more leads nowhere. */
const go = (name, form) => {
  if (changed === form) changed = undefined;
  if (!form.isConnected) return;
  const query = queryOf(Object.fromEntries(new FormData(form)));
  location.replace(`#${name}${query.size === 0 ? "" : `?${query}`}`);
};

const filters = (name, ...controls) => {
  const form = el(
    "form",
    { className: "filters", role: "search", data: { "data-key": `filters-${name}` } },
    ...controls,
    el("button", { type: "reset", textContent: say("showAll") }),
  );
  let soon;
  form.addEventListener("input", ({ target }) => {
    clearTimeout(soon);
    changed = form;
    soon = setTimeout(() => go(name, form), target.name === "search" ? 200 : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(soon);
    go(name, form);
  });
  form.addEventListener("reset", () => {
    clearTimeout(soon);
    changed = undefined;
    location.replace(`#${name}`);
  });
  return form;
};

const pager = (name, asked, { hasNewer, hasOlder, newer, older, text }) => {
  const to = (key, isThere, parts) =>
    isThere
      ? el("a", {
          href: `#${name}?${queryOf({ ...asked, after: undefined, before: undefined, ...parts })}`,
          textContent: say(key),
          data: { "data-key": key },
        })
      : el("span", { className: "quiet", textContent: say(key), data: { "data-key": `no-${key}` } });
  return el(
    "nav",
    { className: "pager", ariaLabel: say("pages"), data: { "data-key": "pager" } },
    to("newest", hasNewer, {}),
    to("newer", hasNewer, { after: newer }),
    el("span", { data: { "data-key": "range" } }, text),
    to("older", hasOlder, { before: older }),
    to("oldest", hasOlder, { after: "0" }),
  );
};

const title = (name) =>
  el("h2", { id: "title", className: "unseen", textContent: say(name), data: { "data-key": "title" } });

const merchantsOf = ({ merchants }) => [["", say("all")], ...merchants.map(({ mchId }) => [mchId, mchId])];

/**
 * A list of what is numbered upwards and is shown downwards. `fetchPart` gives the newest first; `countOf` says how many there have been.
 * `isSettled` tells whether what was fetched stays true, so that only what comes has to be asked for.
 */
const numbered = ({ controls, countOf, empty, fetchPart, isSettled, keptFrom = () => 1, keyOf, name, row }) => {
  let shown;
  const load = async (asked, state) => {
    const total = countOf(state);
    const { after, before, ...rest } = asked;
    const isUp = after !== undefined;
    const parts = await fetchPart({ ...rest, after, before, limit: page + 1 });
    const items = isUp ? parts.slice(-page) : parts.slice(0, page);
    const isMore = parts.length > page;
    shown = {
      for: JSON.stringify(asked),
      items,
      hasOlder: isUp ? Number(after) > 0 : isMore,
      isLatest: isUp ? !isMore : before === undefined,
      newest: Math.max(total, items[0] === undefined ? 0 : keyOf(items[0])),
    };
    // Whoever asked for the oldest on has them from the very first one kept.
    if (isUp && Number(after) < keptFrom(state)) shown.hasOlder = false;
  };
  /** Only what came since. Too much of it is a page of its own. */
  const follow = async (asked, state) => {
    const total = countOf(state);
    const { after: _, before: __, ...rest } = asked;
    const came = await fetchPart({ ...rest, after: shown.newest, limit: page + 1 });
    if (came.length > page) return load(rest, state);
    const items = [...came, ...shown.items];
    shown = {
      ...shown,
      items: items.slice(0, most),
      hasOlder: shown.hasOlder || items.length > most,
      newest: Math.max(total, came[0] === undefined ? 0 : keyOf(came[0])),
    };
  };
  return async (state, asked) => {
    const total = countOf(state);
    if (shown?.for !== JSON.stringify(asked)) await load(asked, state);
    else if (!isSettled(asked)) await load(asked, state);
    else if (shown.isLatest && total > shown.newest) await follow(asked, state);
    const { hasOlder, isLatest, items } = shown;
    const { after: _, before: __, ...rest } = asked;
    const isFiltered = Object.values(rest).some((value) => value !== "");
    const [first, last] = [items.at(-1), items[0]];
    const range =
      isFiltered || first === undefined ? say("shown", items.length) : say("range", keyOf(first), keyOf(last), total);
    const text = isLatest || total <= shown.newest ? range : `${range} · ${say("newerCame", total - shown.newest)}`;
    const parts = { hasNewer: !isLatest, hasOlder, newer: last && keyOf(last), older: first && keyOf(first), text };
    const dropped = keptFrom(state) - 1;
    return el(
      "div",
      {},
      title(name),
      controls === undefined ? "" : filters(name, ...controls(state)),
      el(
        "div",
        { data: { "data-key": "list" } },
        items.length === 0 ? await empty(isFiltered) : list(items, keyOf, (item) => row(item, state), ""),
      ),
      items.length === 0 && !isFiltered ? "" : pager(name, asked, parts),
      dropped > 0
        ? el("p", { className: "quiet", data: { "data-key": "dropped" }, textContent: say("dropped", dropped) })
        : "",
    );
  };
};

const nothing = (key) => (isFiltered) =>
  el("p", { className: "empty", textContent: say(isFiltered ? "noMatch" : key) });

const emptyExchanges = async (isFiltered) =>
  isFiltered
    ? nothing("noneYet")(true)
    : el("div", {}, nothing("noneYet")(false), el("h3", { textContent: say("howToConnect") }), await connecting());

const operations = ["refund", "query", "bill", "certificates", "other"];

export const exchangeList = () =>
  numbered({
    name: "exchanges",
    keyOf: ({ sequence }) => sequence,
    countOf: ({ exchanges }) => exchanges,
    keptFrom: ({ oldestExchange }) => oldestExchange,
    isSettled: () => true,
    fetchPart: async (parts) => (await get("/api/exchanges", parts)).toReversed(),
    row: (exchange) => exchangeRow(exchange),
    controls: (state) => [
      searchBox(),
      select("operation", [["", say("all")], ...operations.map((name) => [name, say(name)])]),
      select("verdict", [
        ["", say("all")],
        ["failed", say("notSuccess")],
        ...state.outcomes.map((outcome) => [outcome, outcome]),
      ]),
      select("merchant", merchantsOf(state)),
    ],
    empty: emptyExchanges,
  });

const statuses = ["PROCESSING", "SUCCESS", "REFUNDCLOSE", "CHANGE", "NOTSURE"];

export const refundList = () =>
  numbered({
    name: "refunds",
    keyOf: ({ sequence }) => sequence,
    countOf: ({ refunds }) => refunds,
    // A refund leaves one status and comes to another as time goes by.
    isSettled: ({ status }) => (status ?? "") === "",
    fetchPart: (parts) => get("/api/refunds", parts),
    row: (refund, { now }) => refundRow(refund, now),
    controls: (state) => [
      searchBox(),
      select("status", [["", say("all")], ...statuses.map((name) => [name, name])]),
      select("merchant", merchantsOf(state)),
    ],
    empty: nothing("noRefunds"),
  });

export const noticeList = (act) => () =>
  numbered({
    name: "notices",
    keyOf: ({ id }) => id,
    countOf: ({ notices }) => notices,
    isSettled: () => false,
    fetchPart: async (parts) => (await get("/api/notices", parts)).toReversed(),
    row: noticeRow(act),
    empty: nothing("noNotices"),
  });

/** Orders stand in the order of their adding; the latest are at the end. */
export const orderList =
  () =>
  async ({ orders: total }, asked) => {
    const offset = Number(asked.offset ?? 0) || 0;
    const orders = await get("/api/orders", { search: asked.search, offset, limit: page + 1 });
    const isMore = orders.length > page;
    const items = orders.slice(0, page);
    const to = (key, isThere, to) =>
      isThere
        ? el("a", {
            href: `#orders?${queryOf({ ...asked, offset: to })}`,
            textContent: say(key),
            data: { "data-key": key },
          })
        : quiet(say(key));
    const range =
      (asked.search ?? "") === "" && items.length > 0
        ? say("range", offset + 1, offset + items.length, total)
        : say("shown", items.length);
    return el(
      "div",
      {},
      title("orders"),
      filters("orders", searchBox()),
      el(
        "div",
        { data: { "data-key": "list" } },
        items.length === 0
          ? nothing("noOrders")((asked.search ?? "") !== "")
          : list(items, ({ transactionId }) => transactionId, orderRow, ""),
      ),
      el(
        "nav",
        { className: "pager", ariaLabel: say("pages"), data: { "data-key": "pager" } },
        to("oldest", offset > 0, 0),
        to("older", offset > 0, Math.max(0, offset - page)),
        el("span", { data: { "data-key": "range" } }, range),
        to("newer", isMore, offset + page),
      ),
    );
  };

/** What the form says follows the address, but for the control that its reader is at and for what the address does not say yet. */
export const showAsked = (asked) => {
  if (changed?.isConnected === true) return;
  for (const control of $("#view").querySelectorAll(".filters [name]")) {
    const value = asked[control.name] ?? "";
    if (control !== document.activeElement && control.value !== value) control.value = value;
  }
};
