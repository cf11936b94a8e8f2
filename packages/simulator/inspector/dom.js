/** Elements, and changing a page without losing what its reader holds: focus, selection, what is open. */
export const $ = (selector) => document.querySelector(selector);

/** An element; text goes in as text, never as markup. */
export const el = (tag, properties = {}, ...children) => {
  const { data, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  for (const [name, value] of Object.entries(data ?? {})) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined && child !== false));
  return element;
};

const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") : null);
const isLike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

const sameAttributes = (from, to) => {
  for (const { name, value } of to.attributes) {
    // Whether something is open is its reader's to say.
    if (name !== "open" && from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of Array.from(from.attributes)) {
    if (name !== "open" && !to.hasAttribute(name)) from.removeAttribute(name);
  }
};

/** Makes an element say what another says, and keeps every part of it that says the same already. Parts with a key are known by it. */
export const morph = (from, to) => {
  if (from.isEqualNode(to)) return;
  sameAttributes(from, to);
  const keyed = new Map([...from.childNodes].flatMap((node) => (keyOf(node) === null ? [] : [[keyOf(node), node]])));
  const wanted = new Set([...to.childNodes].map(keyOf));
  let at = from.firstChild;
  for (const child of Array.from(to.childNodes)) {
    // What is not wanted any more goes first, so that what stays need not be moved: moving it would take its focus.
    while (at !== null && keyOf(at) !== null && !wanted.has(keyOf(at))) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    const known = keyOf(child) === null ? at : (keyed.get(keyOf(child)) ?? null);
    if (known === null || !isLike(known, child)) {
      from.insertBefore(child, at);
      continue;
    }
    if (known === at) at = at.nextSibling;
    else from.insertBefore(known, at);
    if (known.nodeType === 1) morph(known, child);
    else if (known.nodeValue !== child.nodeValue) known.nodeValue = child.nodeValue;
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
};

export const table = (rows) =>
  el(
    "table",
    {},
    el(
      "tbody",
      {},
      ...rows.map(([name, value]) => el("tr", {}, el("th", { scope: "row", textContent: name }), el("td", {}, value))),
    ),
  );

export const folded = (key, summary, ...inside) =>
  el("details", { data: { "data-key": key } }, el("summary", { textContent: summary }), ...inside);

const two = (number) => String(number).padStart(2, "0");

/** Date and time in Beijing, the gateway's. */
export const beijing = (millis) => {
  const date = new Date(millis + 8 * 3_600_000);
  const day = [date.getUTCFullYear(), two(date.getUTCMonth() + 1), two(date.getUTCDate())].join("-");
  return `${day} ${[date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(":")}`;
};

export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`;

/** Asks the gateway. An error of a gateway that is gone says so. */
export const call = async (method, path, body) => {
  let response, answer;
  try {
    response = await fetch(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    answer = await response.json();
  } catch (error) {
    throw Object.assign(error, { isGone: true });
  }
  if (!response.ok) throw new Error(answer.issues.join("; "));
  return answer;
};
