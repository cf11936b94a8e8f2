/** The inspector's page: looks at the gateway once a second and shows what is asked for in the address. */

const faults = {
  "SYSTEMERROR, not accepted": {
    _tag: "Refuse",
    errCode: "SYSTEMERROR",
    errCodeDes: "系统繁忙，请稍后再试",
    accepted: false,
  },
  "SYSTEMERROR, accepted": {
    _tag: "Refuse",
    errCode: "SYSTEMERROR",
    errCodeDes: "系统繁忙，请稍后再试",
    accepted: true,
  },
  BIZERR_NEED_RETRY: { _tag: "Refuse", errCode: "BIZERR_NEED_RETRY", accepted: false },
  FREQUENCY_LIMITED: { _tag: "Refuse", errCode: "FREQUENCY_LIMITED", accepted: false },
  "accepted, reply lost": { _tag: "LoseReply" },
  "accepted, reply 10 s late": { _tag: "Delay", millis: 10_000, part: "reply" },
  "accepted, reply cut": { _tag: "Cut", bytes: 100 },
  "accepted, reply mangled": { _tag: "Corrupt", at: 0.5, xor: 1 },
  "accepted, badly signed": { _tag: "Missign" },
  "accepted, unsigned": { _tag: "Unsign" },
  "v3: accepted, probed": { _tag: "Probe" },
  "reply about another refund": { _tag: "Misdirect" },
  "stray reply after it": { _tag: "Stray" },
  "connection reset, accepted": { _tag: "Reset", reached: true },
  "connection reset, not accepted": { _tag: "Reset", reached: false },
  "request lost": { _tag: "Drop" },
  "502 page, accepted": { _tag: "Replace", status: 502, body: "<html><h1>502 Bad Gateway</h1></html>", reached: true },
  "400 page, certificate": {
    _tag: "Replace",
    status: 400,
    body: "<html><head><title>400 No required SSL certificate was sent</title></head></html>",
    reached: false,
  },
};
const $ = (selector) => document.querySelector(selector);

/** An element; text goes in as text, never as markup. */
const el = (tag, properties = {}, ...children) => {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(data ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
};

const call = async (method, path, body) => {
  const response = await fetch(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.issues.join("; "));
  return answer;
};

const two = (number) => String(number).padStart(2, "0");
const beijing = (millis) => {
  const date = new Date(millis + 8 * 3_600_000);
  return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())} ${clock(millis)}`;
};
const clock = (millis) => {
  const date = new Date(millis + 8 * 3_600_000);
  return [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":");
};
const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`;

const exchanges = [];
const keptExchanges = 500;
let drawn = "";

const tone = { SUCCESS: "good", acknowledged: "good", PROCESSING: "wait", waiting: "wait" };
const state = (word) => el("span", { className: `state ${tone[word] ?? "bad"}`, textContent: word });
const list = (items, none) =>
  items.length === 0
    ? el("p", { className: "empty", textContent: none })
    : el("ul", { className: "list" }, ...items.map((item) => el("li", {}, item)));

const kindOf = (path) =>
  path
    .replace(/^\/(secapi\/)?pay\//, "")
    .replace(/^\/v3\/refund\/domestic\/refunds$/, "v3 refund")
    .replace(/^\/v3\/refund\/domestic\/refunds\/.*/, "v3 query")
    .replace(/^\/v3\/(?:bill\/)?(\w+).*/, "v3 $1");

const exchangeRow = ({ sequence, at, path, outRefundNo, outcome, fault, repeated }) =>
  el(
    "a",
    { className: "row", href: `#exchanges/${sequence}` },
    el("span", { className: "quiet", textContent: clock(at) }),
    el("span", { textContent: kindOf(path) }),
    el("span", { textContent: outRefundNo ?? "" }),
    el(
      "span",
      {},
      state(outcome),
      repeated ? el("span", { className: "quiet", textContent: " again" }) : "",
      fault === undefined ? "" : " ",
      fault === undefined ? "" : el("span", { className: "tag", textContent: fault }),
    ),
  );

const refundRow = ({ outRefundNo, outTradeNo, refundFee, totalFee, status, acceptedAt }) =>
  el(
    "div",
    { className: "row" },
    el("span", { className: "quiet", textContent: clock(acceptedAt) }),
    el("span", { textContent: outRefundNo }),
    el(
      "span",
      {},
      `${yuan(refundFee)} of ${yuan(totalFee)} `,
      el("span", { className: "quiet", textContent: outTradeNo }),
    ),
    state(status),
  );

const answerText = ({ status, body, failure, forbidden }) =>
  failure ??
  (forbidden === undefined
    ? `HTTP ${status} ${/return_code>(?:<!\[CDATA\[)?(\w+)/.exec(body)?.[1] ?? ""}`
    : `not posted: ${forbidden}`);

const noticeRow = ({ id, outRefundNo, status, url, state: stands, attempts, nextAt, body }) => {
  const again = el("button", { type: "button", textContent: "Post again" });
  again.addEventListener("click", () => act(() => call("POST", `/api/notices/${id}/again`)));
  return el(
    "div",
    {},
    el(
      "div",
      { className: "row" },
      el("span", { className: "quiet", textContent: attempts[0] === undefined ? "" : clock(attempts[0].at) }),
      el("span", {}, `${outRefundNo} `, state(status)),
      el("span", { className: "quiet", textContent: url }),
      el(
        "span",
        {},
        state(stands),
        nextAt === undefined ? "" : el("span", { className: "quiet", textContent: ` next ${clock(nextAt)}` }),
      ),
    ),
    el(
      "details",
      { className: "inner", data: { "data-key": `notice-${id}` } },
      el("summary", { textContent: `${attempts.length} ${attempts.length === 1 ? "post" : "posts"}` }),
      el(
        "table",
        {},
        ...attempts.map(({ at, answer }) =>
          el(
            "tr",
            {},
            el("th", { textContent: beijing(at) }),
            el("td", { textContent: answer === undefined ? "on its way" : answerText(answer) }),
          ),
        ),
      ),
      body === undefined ? "" : el("pre", { textContent: body, tabIndex: 0 }),
      again,
    ),
  );
};

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

const table = (rows) =>
  el(
    "table",
    {},
    ...rows.map(([name, value]) => el("tr", {}, el("th", { textContent: name }), el("td", { textContent: value }))),
  );

const message = (title, meta, text, headers) => {
  const fields = fieldsOf(text);
  const raw = el("pre", { textContent: text, tabIndex: 0 });
  return el(
    "div",
    { className: "panel" },
    el("h3", { textContent: title }),
    el("p", { className: "quiet", textContent: meta }),
    fields === undefined ? raw : table(fields),
    headers !== undefined &&
      el("details", {}, el("summary", { textContent: "Headers" }), table(Object.entries(headers))),
    fields !== undefined && el("details", {}, el("summary", { textContent: "As sent" }), raw),
  );
};

const around = 24;
const marked = (text, at) =>
  at === undefined
    ? [text]
    : [
        text.slice(0, at),
        el("mark", { textContent: text.slice(at, at + around) || "(ends here)" }),
        text.slice(at + around),
      ];

const finding = ({ finding: found, right, text }) => {
  if (right) return el("p", { className: "good state", textContent: "The signature is right." });
  if (found === undefined) {
    return el(
      "div",
      { className: "panel alarm" },
      el("h3", { textContent: "签名错误: no known mistake fits" }),
      el("p", {
        textContent:
          "A value may have been changed after signing, or the key is none of this gateway's. Compare the text below with the one you signed.",
      }),
    );
  }
  return el(
    "div",
    { className: "panel alarm", id: "finding" },
    el("h3", { textContent: "签名错误: found" }),
    el(
      "ul",
      {},
      ...found.mistakes.map(({ says, remedy }) => el("li", {}, el("strong", { textContent: says }), ` ${remedy}`)),
    ),
    found.differsAt !== undefined &&
      el("p", { textContent: `The texts first differ at character ${found.differsAt + 1}.` }),
    found.differsAt !== undefined && el("p", { className: "quiet", textContent: "Signed was" }),
    found.differsAt !== undefined && el("div", { className: "text" }, ...marked(found.text, found.differsAt)),
    found.differsAt !== undefined && el("p", { className: "quiet", textContent: "It had to be" }),
    found.differsAt !== undefined && el("div", { className: "text" }, ...marked(text, found.differsAt)),
  );
};

const explainedV3 = ({ finding: found, given, lines, right, text }) =>
  el(
    "div",
    {},
    finding({ right, text, finding: found && { ...found, mistakes: [found.mistake] } }),
    el(
      "ol",
      {},
      el(
        "li",
        {},
        "Write these five lines, each with its LF, the last one too.",
        table(lines.map(({ name, value }) => [name, value])),
      ),
      el(
        "li",
        {},
        "Sign them with the merchant's private key: SHA-256 with RSA, in Base64.",
        el("div", { className: "text", id: "signed", textContent: text }),
      ),
      el("li", {}, "Sent was", el("div", { className: `text ${right ? "good" : "bad"}`, textContent: given })),
    ),
  );

const explained = (explanation) => {
  if (explanation._tag === "SignedV3") return explainedV3(explanation.diagnosis);
  if (explanation._tag === "Unreadable") {
    return el("p", {
      className: "bad",
      textContent: `The request cannot be read: ${explanation.reason}, at character ${explanation.at + 1}.`,
    });
  }
  if (explanation._tag === "UnknownMerchant") {
    return el("p", {
      className: "bad",
      textContent: `There is no merchant ${explanation.mchId ?? "(mch_id is missing)"}.`,
    });
  }
  const { algorithm, steps, text, expected, given } = explanation.diagnosis;
  return el(
    "div",
    {},
    finding(explanation.diagnosis),
    el(
      "ol",
      {},
      el(
        "li",
        {},
        "Take every field with a value, but the signature.",
        el(
          "table",
          {},
          ...steps.map(({ name, value, leftOut }) =>
            el(
              "tr",
              { className: leftOut === undefined ? "" : "out" },
              el("th", { textContent: name }),
              el("td", { textContent: value, data: { "data-why": leftOut ?? "" } }),
            ),
          ),
        ),
      ),
      el(
        "li",
        {},
        "Sort by the bytes of the names, join, and add the key.",
        el("div", { className: "text", id: "signed" }, `${text}&key=`, el("em", { textContent: "the API key" })),
      ),
      el(
        "li",
        {},
        `${algorithm}${algorithm === "MD5" ? "" : ", with the API key once more"}, in upper-case hex.`,
        el("div", { className: "text", textContent: expected }),
      ),
      el(
        "li",
        {},
        "Sent was",
        el("div", { className: `text ${given === expected ? "good" : "bad"}`, textContent: given ?? "nothing" }),
      ),
    ),
  );
};

const mishaps = {
  LoseReply: "lost on its way",
  Reset: "lost: the connection was reset",
  Cut: "cut on its way",
  Delay: "held back",
  Stray: "sent twice",
};

const exchangeDetail = async (sequence) => {
  const found = exchanges.find((exchange) => String(exchange.sequence) === sequence);
  if (found === undefined) return el("p", { className: "empty", textContent: "This exchange is not kept any more." });
  const { at, method, path, target, clientCertificate, request, status, contentType, reply, outcome, fault } = found;
  const { requestHeaders, replyHeaders, replySigned } = found;
  const explanation = await call("GET", `/api/exchanges/${sequence}/explanation`);
  return el(
    "article",
    {},
    el(
      "h2",
      {},
      `Exchange ${sequence} `,
      state(outcome),
      " ",
      fault === undefined ? "" : el("span", { className: "tag", textContent: fault }),
    ),
    el(
      "div",
      { className: "sides" },
      message(
        "Request",
        `${method} ${target ?? path} · ${beijing(at)}${target === undefined ? ` · certificate ${clientCertificate}` : ""}`,
        request,
        requestHeaders,
      ),
      message(
        "Reply",
        [`HTTP ${status}`, contentType, ...(fault in mishaps ? [mishaps[fault]] : [])].join(" · "),
        reply,
        replyHeaders,
      ),
    ),
    el("h2", { textContent: "How the request is signed" }),
    explained(explanation),
    replySigned !== undefined && el("h2", { textContent: "What the reply signs" }),
    replySigned !== undefined &&
      (target === undefined
        ? el("div", { className: "text" }, `${replySigned}&key=`, el("em", { textContent: "the API key" }))
        : el("div", { className: "text", textContent: replySigned })),
  );
};

const views = {
  exchanges: async (sequence) =>
    sequence === undefined
      ? list(exchanges.toReversed().map(exchangeRow), "No request has come yet.")
      : exchangeDetail(sequence),
  refunds: async () =>
    list((await call("GET", "/api/refunds?limit=200")).map(refundRow), "Nothing has been refunded yet."),
  notices: async () =>
    list(
      (await call("GET", "/api/notices")).toReversed().map(noticeRow),
      "Nobody asked to be told: no refund had a notify_url.",
    ),
};

/** Draws only what is new, so that what is being read, opened or selected stays as it is. */
const draw = async () => {
  const [name = "exchanges", param] = location.hash.slice(1).split("/");
  const known = name in views ? name : "exchanges";
  for (const link of document.querySelectorAll("#tabs a")) {
    if (link.hash === `#${known}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const next = await views[known](param);
  const address = `${known}/${param ?? ""}`;
  if (`${address} ${next.textContent}` === drawn) return;
  drawn = `${address} ${next.textContent}`;
  const opened = new Set(
    [...document.querySelectorAll("details[open][data-key]")].map((details) => details.dataset.key),
  );
  for (const details of next.querySelectorAll("details[data-key]")) details.open = opened.has(details.dataset.key);
  $("#view").replaceChildren(next);
};

const look = async () => {
  const { now, orders, refunds, exchanges: total, faults: pending, chaos, chaosMet } = await call("GET", "/api/state");
  exchanges.push(...(await call("GET", `/api/exchanges?after=${exchanges.at(-1)?.sequence ?? 0}`)));
  exchanges.splice(0, exchanges.length - keptExchanges);
  $("#summary").textContent = `${orders} orders · ${refunds} refunds · ${total} exchanges`;
  $("#now").textContent = `${beijing(now)} in Beijing`;
  $("#pending").textContent =
    pending.length === 0 ? "" : pending.map(({ _tag, errCode }) => errCode ?? _tag).join(", ");
  const met = Object.values(chaosMet).reduce((sum, count) => sum + count, 0);
  $("#random").textContent = chaos === undefined ? "" : `seed ${chaos.seed}, ${met} so far`;
  await draw();
};

/** Looks, and looks again: one look at a time, none while nobody sees it. */
let looking = Promise.resolve();
const refresh = () => {
  looking = looking.then(look).then(
    () => true,
    () => {
      $("#summary").textContent = "The gateway does not answer.";
    },
  );
  return looking;
};

const act = async (change) => {
  try {
    await change();
    $("#problem").textContent = "";
  } catch (error) {
    $("#problem").textContent = error.message;
  }
  await refresh();
};

const onSubmit = (selector, change) =>
  $(selector).addEventListener("submit", (event) => {
    event.preventDefault();
    void act(() => change(Object.fromEntries(new FormData(event.target)), event.target));
  });

$("#fault select[name=what]").append(...Object.keys(faults).map((name) => el("option", { textContent: name })));
for (const button of document.querySelectorAll("#time button")) {
  button.addEventListener("click", () =>
    act(() => call("POST", "/api/time", { millis: Number(button.dataset.millis) })),
  );
}
onSubmit("#fault", ({ what, on }) => call("POST", "/api/faults", { ...faults[what], ...(on !== "" && { on }) }));
$("#clear").addEventListener("click", () => act(() => call("DELETE", "/api/faults")));
onSubmit("#chaos", async ({ percent, seed }) => {
  const { chaosKinds } = await call("GET", "/api/state");
  const rate = Number(percent) / 100 / chaosKinds.length;
  await call("PUT", "/api/chaos", { seed, rates: Object.fromEntries(chaosKinds.map((kind) => [kind, rate])) });
});
$("#calm").addEventListener("click", () => act(() => call("DELETE", "/api/chaos")));
onSubmit("#order", async ({ outTradeNo, totalFee }, form) => {
  const { now, merchants } = await call("GET", "/api/state");
  const transactionId = `42${now}${Math.floor(performance.now())}`.slice(0, 32);
  await call("POST", "/api/orders", {
    mchId: merchants[0].mchId,
    transactionId,
    outTradeNo,
    totalFee: Number(totalFee),
    paidAt: now,
  });
  form.elements.outTradeNo.value = "";
});

// On a phone what there is to see comes first.
$("#controls").open = !matchMedia("(max-width: 700px)").matches;
addEventListener("hashchange", () => void refresh());
document.addEventListener("visibilitychange", () => void (document.hidden || refresh()));
setInterval(() => void (document.hidden || refresh()), 1_000);
await refresh();
