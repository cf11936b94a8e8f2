/** How a request is signed, step by step, and what is wrong where it is. */
import { el, table } from "./dom.js";
import { either, say } from "./words.js";

const around = 24;
const marked = (text, at) =>
  at === undefined
    ? [text]
    : [
        text.slice(0, at),
        el("mark", { textContent: text.slice(at, at + around) || say("endsHere") }),
        text.slice(at + around),
      ];

const mistakeItem = ({ remedy, says, zh }) =>
  el("li", {}, el("strong", { textContent: either(says, zh?.says) }), ` ${either(remedy, zh?.remedy)}`);

const causes = (id, title, mistakes, ...more) =>
  el(
    "div",
    { className: "panel alarm", id },
    el("h3", { textContent: title }),
    el("ul", {}, ...mistakes.map(mistakeItem)),
    ...more,
  );

const comparison = ({ differsAt, text: signed }, text) =>
  differsAt === undefined
    ? []
    : [
        el("p", { textContent: say("differAt", differsAt + 1) }),
        el("p", { className: "quiet", textContent: say("signedWas") }),
        el("div", { className: "text" }, ...marked(signed, differsAt)),
        el("p", { className: "quiet", textContent: say("hadToBe") }),
        el("div", { className: "text" }, ...marked(text, differsAt)),
      ];

const finding = ({ finding: found, right, text }) => {
  if (right) return el("p", { className: "good state", textContent: say("signatureRight") });
  if (found === undefined) {
    return el(
      "div",
      { className: "panel alarm" },
      el("h3", { textContent: say("unexplained") }),
      el("p", { textContent: say("unexplainedWhy") }),
    );
  }
  return causes("finding", say("found"), found.mistakes, ...comparison(found, text));
};

const remarks = ({ remarks: all = [] }) => (all.length === 0 ? "" : causes("remarks", say("beside"), all));

const sent = (given, isRight) =>
  el(
    "li",
    {},
    say("sentWas"),
    el("div", { className: `text ${isRight ? "good" : "bad"}`, textContent: given || say("nothing") }),
  );

const explainedV3 = (diagnosis) =>
  el(
    "div",
    {},
    finding(diagnosis),
    remarks(diagnosis),
    el(
      "ol",
      {},
      el("li", {}, say("fiveLines"), table(diagnosis.lines.map(({ name, value }) => [name, value]))),
      el("li", {}, say("signLines"), el("div", { className: "text", id: "signed", textContent: diagnosis.text })),
      sent(diagnosis.given, diagnosis.right),
    ),
  );

/** The key's place in a text, never the key. */
const keyed = (text) => [`${text}&key=`, el("em", { textContent: say("theKey") })];

const leftOut = { "the signature itself": "leftOutSign", empty: "leftOutEmpty" };

const explainedV2 = (diagnosis) => {
  const { algorithm, expected, given, right, steps, text } = diagnosis;
  return el(
    "div",
    {},
    finding(diagnosis),
    remarks(diagnosis),
    el(
      "ol",
      {},
      el(
        "li",
        {},
        say("takeFields"),
        el(
          "table",
          {},
          el(
            "tbody",
            {},
            ...steps.map(({ leftOut: why, name, value }) =>
              el(
                "tr",
                { className: why === undefined ? "" : "out" },
                el("th", { scope: "row", textContent: name }),
                el("td", {}, why === undefined ? "" : el("em", { textContent: `${say(leftOut[why])} ` }), value),
              ),
            ),
          ),
        ),
      ),
      el("li", {}, say("sortFields"), el("div", { className: "text", id: "signed" }, ...keyed(text))),
      el(
        "li",
        {},
        say(algorithm === "MD5" ? "hexOf" : "hexOfKeyed", algorithm),
        el("div", { className: "text", textContent: expected }),
      ),
      sent(given, right),
    ),
  );
};

export const explained = (explanation) => {
  switch (explanation._tag) {
    case "SignedV3":
      return explainedV3(explanation.diagnosis);
    case "Unreadable":
      return el(
        "div",
        {},
        el("p", { className: "bad", textContent: say("unreadable", explanation.reason, explanation.at + 1) }),
        remarks(explanation),
      );
    case "UnknownMerchant":
      return el(
        "div",
        {},
        el("p", { className: "bad", textContent: say("unknownMerchant", explanation.mchId ?? say("noMchId")) }),
        remarks(explanation),
      );
    default:
      return explainedV2(explanation.diagnosis);
  }
};

/** What a reply signs. */
export const replySigned = ({ replySigned: text, target }) =>
  text === undefined
    ? ""
    : el(
        "div",
        {},
        el("h3", { textContent: say("replySigns") }),
        target === undefined
          ? el("div", { className: "text" }, ...keyed(text))
          : el("div", { className: "text", textContent: text }),
      );
