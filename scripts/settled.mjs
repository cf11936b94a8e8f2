// A declaration as it is whenever it is emitted. The compiler lists the members of a union as it met them, which differs from run to run;
// of the endpoints of an HTTP API, which are such a union in the type of their group, here is one order.
const start = "HttpApiEndpoint.HttpApiEndpoint<";

/** Where the item that begins at `from` ends: behind the bracket that closes its first. */
const endOf = (text, from) => {
  let depth = 0;
  for (let at = from + start.length - 1; at < text.length; at++) {
    if (text[at] === "<") depth++;
    else if (text[at] === ">" && text[at - 1] !== "=" && --depth === 0) return at + 1;
  }
  return text.length;
};

export const settled = (text) => {
  let out = "";
  let at = 0;
  for (let from = text.indexOf(start); from >= 0; from = text.indexOf(start, at)) {
    out += text.slice(at, from);
    const items = [];
    for (at = from; text.startsWith(start, at); at += 3) {
      const end = endOf(text, at);
      items.push(text.slice(at, end));
      at = end;
      if (!text.startsWith(` | ${start}`, at)) break;
    }
    out += items.sort().join(" | ");
  }
  return out + text.slice(at);
};
