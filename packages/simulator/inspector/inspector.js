/** The inspector's page: looks at the gateway once a second and shows what is asked for in the address. */
import { connectDetail, exchangeDetail, orderDetail, refundDetail } from "./details.js";
import { $, beijing, call, el, morph } from "./dom.js";
import { exchangeList, noticeList, orderList, refundList, showAsked } from "./lists.js";
import { showSet, steer } from "./steering.js";
import { language, say } from "./words.js";

document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
document.title = say("title");
for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
$("#tabs").ariaLabel = say("lookAt");
Object.assign($("#language"), {
  href: `?lang=${language === "zh" ? "en" : "zh"}`,
  lang: language === "zh" ? "en" : "zh-CN",
});
// What is looked at stays the same in the other language.
$("#language").addEventListener("click", (event) => {
  event.preventDefault();
  location.assign($("#language").getAttribute("href") + location.hash);
});

const lists = {
  exchanges: exchangeList,
  refunds: refundList,
  orders: orderList,
  notices: noticeList((change) => act(change)),
};
const details = {
  exchanges: exchangeDetail,
  refunds: refundDetail((change) => act(change)),
  orders: orderDetail,
  connect: connectDetail,
};

/** What the address asks for. */
const asked = () => {
  const [path = "", query = ""] = location.hash.slice(1).split("?");
  const [name = "", ...rest] = path.split("/");
  const known = name in lists || name in details ? name : "exchanges";
  let param = rest.join("/");
  try {
    param = decodeURIComponent(param);
  } catch {
    // An address that somebody wrote by hand.
  }
  return { name: known, param, query: Object.fromEntries(new URLSearchParams(query)) };
};

let instance;
let view;
let shown = "";

/** Shows what is asked for. A view goes on as long as the same is asked for; what was found of another run goes with it. */
const draw = async (state) => {
  const { name, param, query } = asked();
  const isDetail = param !== "" || !(name in lists);
  const address = `${name}/${param}`;
  if (view?.address !== address) view = { address, look: isDetail ? details[name](param) : lists[name]() };
  const current = view;
  for (const link of document.querySelectorAll("#tabs a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const next = await current.look(state, query);
  // Meanwhile something else was asked for.
  if (view !== current) return;
  const place = $("#view");
  if (shown === address) morph(place, el("section", { id: "view", data: { "aria-labelledby": "title" } }, next));
  else place.replaceChildren(next);
  if (shown !== address && shown !== "" && isDetail) $("#title")?.focus();
  shown = address;
  // The address of now: meanwhile the form may have led on.
  showAsked(asked().query);
};

const startOver = (now) => {
  view = undefined;
  shown = "";
  $("#view").replaceChildren();
  $("#restarted").textContent = say("restarted", beijing(now));
  // A number of the last run is not the same exchange in this one.
  if (asked().param !== "") location.replace(`#${asked().name}`);
};

const put = (selector, text) => {
  if ($(selector).textContent !== text) $(selector).textContent = text;
};

const look = async () => {
  const state = await call("GET", "/api/state");
  if (instance !== undefined && instance !== state.instance) startOver(state.now);
  instance = state.instance;
  put("#summary", say("summary", state.orders, state.refunds, state.exchanges, state.notices));
  put("#now", say("inBeijing", beijing(state.now)));
  showSet(state);
  await draw(state);
};

/** Looks, and looks again: one look at a time, none while nobody sees it. */
let looking = Promise.resolve();
let waiting = 0;
const refresh = () => {
  waiting++;
  looking = looking
    .then(look)
    .catch((error) => {
      if (error.isGone !== true) throw error;
      put("#summary", say("gone"));
    })
    .finally(() => waiting--)
    .catch(reportError);
  return looking;
};

const act = steer(refresh);
addEventListener("hashchange", () => void refresh());
document.addEventListener("visibilitychange", () => void (document.hidden || refresh()));
// What takes longer than a second is not asked for twice.
setInterval(() => void (document.hidden || waiting > 0 || refresh()), 1_000);
void refresh();
