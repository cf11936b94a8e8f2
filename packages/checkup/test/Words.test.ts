/** The table of texts against the sources: what lacks its Chinese, what nobody says any more, and what is said in two ways. */
import { translated } from "@wechat-refund/checkup/Translated";
import { chinese } from "@wechat-refund/checkup/Language";
import { describe, expect, it } from "vitest";
import { sourcesOf, type Text, textsOf } from "../../../scripts/texts.ts";
import { pairs } from "../src/internal/words/all.ts";

const libraries = [
  "core",
  "apiv3",
  "mutual-tls",
  "adapter-node-https",
  "adapter-undici",
  "durable",
  "server",
  "checkup",
  "cli",
];

/** Files in which nobody is spoken to, or who speaks has a table of its own. */
const elsewhere: ReadonlyArray<readonly [file: RegExp, reason: string]> = [
  [/^packages\/checkup\/src\/internal\/words\//, "the table itself"],
  [/\/testing\/|\/internal\/suite\//, "names of test cases"],
  [/\/migrations\//, "SQL"],
  [/\/cli\/src\/explain\//, "what makes a signature wrong has words of its own"],
];

/** Calls and fields whose texts no person reads in his language. */
const unspoken: ReadonlyArray<readonly [around: RegExp, reason: string]> = [
  [/^(?:\w*sql|statement|database\.exec|\w*\.prepare|one|database\.prepare)$/i, "SQL"],
  [/^html$/, "markup, whose words are said in both languages"],
  [/^Metric\./, "the name of a metric, and its help, which are the same for all"],
  [/^HttpApi\w*\.|^OpenApi|^header$|^act$|^toMerchant$/, "the API's description, which is English"],
  [/^(?:command|examples|Command\.withExamples)$/, "a command line to type"],
  [/^(?:meaning|row|recorded|grammar|source|whole)$/, "the codes of the gateway: a table for docs/errors.md"],
  [/^(?:says|remedy|whose)$/, "what makes a signature wrong has words of its own"],
  [/^(?:Error|Effect\.die|Exit\.die)$/, "a defect, which no message repeats"],
  [/^(?:content-|www-)|Content-Type|socket\.end|^(?:HPE_|ERR_HTTP)/, "HTTP"],
  [/^around\.at$|^at$/, "a point of the way, at which tests stop a process"],
];

/** What makes a signature wrong is said in both languages where it is found. */
const ofSignatures = /^WECHAT_PAY_API_KEY has |^, not all of them letters and digits$/;

/** Parts of a message: with them the whole must stand in the table. */
const parts: ReadonlyArray<string> = [
  "has other characters",
  "is {0} long",
  ", and {0} more",
  ", from character {0} on",
  "turns the direction of the text",
  "is invisible",
  "did you mean {0}?",
  "remove it",
  "not there yet",
  "ask again",
  "names {0} twice",
  "check the time of this machine",
  "give --tls-cert and --tls-key, or --behind-proxy",
  "name another, or move it away",
  "cannot be written ({0})",
  "for {0} s",
  "was changed",
  "(no return_msg)",
  "no platform certificates (平台证书), so nothing is sent",
  "it may have been sent; query before anything else",
  "leave it out, or correct it to one of {0}",
  "give tls, or behindProxy",
  "is a directory",
  "exists already",
  "name another",
  "is no regular file",
  "has a second name (a hard link)",
  "is not an export of refunds as this command wrote it, and stays as it is",
  "was made by somebody meanwhile",
  "check its directory, its permissions and the disk",
];

/** Texts that are no message. */
const nobodys: Readonly<Record<string, string>> = {
  "send after REFUNDNOTEXIST": "a kind of call, as Pace counts it",
  "send again": "a kind of call, as Pace counts it",
  "ask while withheld": "a kind of call, as Pace counts it",
  "ask after a refusal": "a kind of call, as Pace counts it",
  "{0} ok": "a line for debugging",
  "RefundError: {0}": "an object as a debugger shows it",
  "Credential({0}, {1}, <redacted>)": "an object as a debugger shows it",
  '{0} mchid="{1}",nonce_str="{2}",signature="{3}",timestamp="{4}",serial_no="{5}"': "a header field",
  "private key": "how a secret is called where it is hidden",
  "Proc-Type: 4,ENCRYPTED": "PEM",
  "Failed to execute statement": "the database's own words stand beside it",
  "a backup was put back": "a reason that is stored, as if it were typed",
  "batch was run again": "a reason that is stored, as if it were typed",
  "may have none": "looked for in a message",
  "Schema validation failed: ": "looked for in a message",
  "{0} fen ({1}.{2} CNY)": "an amount",
  "not known": "in the log of the books",
  "Bad Request": "HTTP",
  "text/html; charset=utf-8": "HTTP",
  "text/csv; charset=utf-8": "HTTP",
  "text/css; charset=utf-8": "HTTP",
  "text/javascript; charset=utf-8": "HTTP",
  "public, max-age=31536000, immutable": "HTTP",
  "camera=(), geolocation=(), microphone=(), payment=()": "HTTP",
  "refundId  {0}": "a field with its value",
  "--tls-cert, --tls-key": "flags",
  "BadNotice: {0}: {1}": "a tag, and what is translated",
  "BadNotice: not-json: {0}": "a tag, and what is translated",
  "CannotOpen: {0}": "a tag, and what is translated",
  "{0} {1}{2}--offset {3}": "its words are translated",
  "{0}{1}{2}  {3}{4}{5}{6}wechat-refund refunds resume --reason WHY": "its words are translated",
};

const holes = (text: string): string => text.replaceAll(/\{[=!~]?\d\}/g, "{}").replaceAll(/(?:\{\})+/g, "{}");
const table = new Map(pairs.map(([english]) => [holes(english), english]));
const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${holes(text)
      .split("{}")
      .map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
      .join("[^]*")}$`,
  );
const entries = [...table.keys()];

/** Is it the text of an entry, or one that becomes the text of an entry once its holes are filled? */
const isInTable = ({ text }: Pick<Text, "text">): boolean => {
  const plain = holes(text);
  if (table.has(plain)) return true;
  // What begins or ends so is a part of a message.
  if (/^[ ,;:]|[ ,;:]$/.test(plain)) {
    const part = plain.replaceAll("{}", "").trim();
    return entries.some((entry) => entry.includes(part));
  }
  if (plain.includes("{}") && entries.some((entry) => patternOf(text).test(entry))) return true;
  const said = translated(chinese)(text.replaceAll(/\{\d\}/g, "7"));
  return /[一-鿿]/.test(said) && !/[a-z]{2,} [a-z]{2,}/.test(said);
};

const isSpoken = ({ text }: Text): boolean =>
  /\S\s+\S/.test(text) &&
  /[a-z]{2,}/.test(text.replaceAll(/\{\d\}/g, "")) &&
  // A field with its value, a duration, a command line.
  !/^[\w-]+ ?\{\d\}$|^(?:\d+|\{0\}) (?:milli|second|minute|hour|day)s?$|^wechat-refund |curl|^ -H/.test(text);
/** The columns, conditions and statements that SQL is put together from. */
const isSql = (text: string): boolean =>
  /\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE|PRAGMA|ORDER BY|AND NOT|SAVEPOINT|PRIMARY KEY|CASE WHEN|EXISTS|NULL)\b|\b[a-z_]+, [a-z_]+, [a-z_]+,|= ANY|IN \(|<> |INDEXED BY|epoch FROM|set_config/.test(
    text,
  ) || /^\(?[a-z]\.\w+[ ,]|^(?:RELEASE|BEGIN) /.test(text);

const read = libraries.flatMap((name) => sourcesOf(name).map(([file, code]) => ({ file, ...textsOf(file, code) })));
const spoken = read
  .filter(({ file }) => !elsewhere.some(([path]) => path.test(file)))
  .flatMap(({ texts }) => texts)
  .filter((text) => isSpoken(text) && !isSql(text.text) && !ofSignatures.test(text.text))
  .filter(({ around }) => !around.some((name) => unspoken.some(([pattern]) => pattern.test(name))));

/** Everything that is written in the sources, and in those of the simulator, whose errors the command prints. */
const written = [...libraries, "simulator"].flatMap((name) =>
  sourcesOf(name)
    .filter(([file]) => !file.includes("/internal/words/"))
    .flatMap(([file, code]) => textsOf(file, code).texts.map(({ text }) => text)),
);

/** What Effect's command line, schemas and settings say. */
const effects: ReadonlyArray<RegExp> = [
  /^(?:Expected|Missing|Unrecognized flag: |Unknown subcommand "|Unexpected)/,
  /^(?:a number|an integer|a string|string|number|boolean)$/,
  /^(?:Show (?:help|version) information|Print shell completion script|\{\} \(choices: )/,
];

/** Messages that are put together from a name and another message. */
const assembled: ReadonlyArray<readonly [entry: RegExp, reason: string]> = [
  [/ at character \{\}$/, "what is wrong with XML, and where"],
  [/^(?:ask|send|merchant): \{\}$/, "what a call or a hold came to, in the history of a refund"],
  [/^(?:\w+[a-z]): \{\}(?:: \{\} \[\{\}\])?$/, "the tag of an error and what it says"],
];

/** Two texts that are one in the other language: each with the reason why they are two. */
const twice: ReadonlyArray<readonly [english: RegExp, reason: string]> = [
  [/^(?:refund_id|refund id)$/, "a field, and a heading"],
  [/^(?:recorded|state|status|rejected)$/i, "a word on its own, and a column or a heading"],
  [/^(?:is missing|Missing key)$/, "the second is Effect's, said as ours"],
  [/^(?:is not set|not set)$/, "behind a name, and before one"],
  [/^(?:a refund|refunds?)$/i, "within a sentence, and a heading"],
  [/^(?:no owner|none|nothing any more)$/, "nothing, of three kinds"],
  [/^(?:merchants?|of merchant|MERCHANT)$/i, "one or several, which Chinese does not tell apart"],
  [
    /^(?:it )?cannot be read$|^it is no regular file: name another$|^is no regular file: name another$/,
    "behind a name, and as a sentence",
  ],
  [/^\{0\} bad lines? in/, "one or several, which Chinese does not tell apart"],
  [/^(?:refused|rejected)$/, "an answer, and what is known by it"],
  [/^(?:go on|goOn|start again|startAgain|resolved?|resolved by hand)$/i, "an act, as it is done and as it is stored"],
  [/^(?:a number|number|a string|string)$/, "Effect says both"],
  [/^both ways: /, "of keys that are shared, and of keys that are not"],
  [/^(?:(?:sub_)?mch_id|(?:the )?merchant number)$|^Of this (?:sub-)?merchant/i, "a column, a flag, and a heading"],
  [/^(?:held|blocked)$/, "a merchant, and a refund"],
];

/** A heading is the word that it begins with a capital; a column has the name of its field. */
const named = (text: string): string => (columns.get(text) ?? text).toLowerCase();
const columns: ReadonlyMap<string, string> = new Map([
  ["mch_id", "merchant number"],
  ["out_refund_no", "refund number"],
  ["refund_id", "wechat refund number"],
  ["refund id", "wechat refund number"],
  ["transaction_id", "wechat order number"],
  ["out_trade_no", "order number"],
  ["refund_amount", "refund amount"],
  ["total_amount", "order amount"],
  ["blocked_by", "blocked by"],
  ["recorded_at", "recorded at"],
  ["updated_at", "last changed"],
]);

const said = ["checkup", "cli", "server"].flatMap((name) =>
  sourcesOf(name).flatMap(([file, code]) => textsOf(file, code).said),
);
const both: ReadonlyArray<readonly [english: string, chinese: string]> = [
  ...pairs.map(([english, chinese]) => [english.replaceAll(/\{[=!~]/g, "{"), chinese] as const),
  ...said.map(({ chinese, english }) => [english, chinese] as const),
];

/** The words alone: what differs in signs, numbers and holes is said in the same way. */
const words = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\{\d\}/g, "")
    .replaceAll(/[^a-z一-鿿]+/g, " ")
    .trim();

/** How often each letter is in it: texts that differ in many letters are far from each other, in whatever order they stand. */
const lettersOf = (text: string): ReadonlyMap<string, number> =>
  [...text].reduce((counts, letter) => counts.set(letter, (counts.get(letter) ?? 0) + 1), new Map<string, number>());
const apart = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number =>
  [...new Set([...one.keys(), ...other.keys()])].reduce(
    (sum, letter) => sum + Math.abs((one.get(letter) ?? 0) - (other.get(letter) ?? 0)),
    0,
  );

/** How many letters make one of the other, as far as that is of interest. */
const distance = (one: string, other: string, most: number): number => {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let row = Array.from({ length: other.length + 1 }, (_, n) => n);
  for (const [n, letter] of [...one].entries()) {
    const next = [n + 1];
    for (const [m, letterOther] of [...other].entries()) {
      next.push(Math.min((next[m] ?? 0) + 1, (row[m + 1] ?? 0) + 1, (row[m] ?? 0) + (letter === letterOther ? 0 : 1)));
    }
    if (Math.min(...next) > most) return most + 1;
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** Texts that are nearly the same, and mean two things. */
const nearly: ReadonlyArray<readonly [english: RegExp, reason: string]> = [
  [/^(?:return_code|result_code) is neither/, "two fields"],
  [/^its (?:req_info|resource) cannot be opened/, "two protocols"],
  [/^must be 1 to \{?\d+\}? letters, digits/, "two kinds of names"],
  [/^its summary counts/, "with lines that cannot be read, and without"],
  [/^\{0\} bad lines? in/, "one or several"],
  [/^body must be the text as it (?:was|is) sent$/, "before it is sent, and after"],
  [/^HTTP 401/, "with what the gateway said, and without"],
];

describe("the table of texts", () => {
  it("has a Chinese text for everything that the libraries and the command say in English", () => {
    expect(spoken.length).toBeGreaterThan(600);
    const lacking = spoken
      .filter((text) => nobodys[text.text] === undefined && !parts.includes(text.text) && !isInTable(text))
      .map(({ file, line, text }) => `${file}:${line}: ${text}`);
    expect(lacking).toEqual([]);
  });

  it("has each part of a message in the whole one", () => {
    const whole = (part: string) => entries.some((entry) => entry.includes(holes(part)));
    expect(parts.filter((part) => !whole(part) && !isInTable({ text: part }))).toEqual([]);
  });

  it("leaves out only what is there", () => {
    const found = new Set(spoken.map(({ text }) => text));
    expect(parts.concat(Object.keys(nobodys)).filter((text) => !found.has(text))).toEqual([]);
  });

  it("has nothing that nobody says", () => {
    // With a merchant's or a file's name before it, and a field's.
    const exact = new Set(written.map(holes).flatMap((text) => [text, text.replace(/^\{\}: \{\} /, "")]));
    const patterns = written.filter((text) => /\{\d\}/.test(text) && words(text).length >= 4).map(patternOf);
    const unsaid = entries.filter(
      (entry) =>
        !effects.some((pattern) => pattern.test(entry)) &&
        !exact.has(entry) &&
        !patterns.some((pattern) => pattern.test(entry)) &&
        !parts.some((part) => entry.includes(holes(part))) &&
        !assembled.some(([pattern]) => pattern.test(entry)),
    );
    expect(unsaid).toEqual([]);
  });

  it("has each text once", () => {
    const times = Map.groupBy(pairs, ([english]) => holes(english));
    expect([...times].filter(([, all]) => all.length > 1).map(([english]) => english)).toEqual([]);
  });

  it("says the same holes in both languages, and Chinese with Chinese signs", () => {
    const names = (text: string) => [...text.matchAll(/\{[=!~]?(\d)\}/g)].map(([, name]) => name).toSorted();
    for (const [english, chinese] of both) {
      expect([...new Set(names(chinese))], english).toEqual(
        names(english).filter((name) => names(chinese).includes(name)),
      );
      expect(chinese.replaceAll(/\S*:\/\/\S*|sqlite:\S*|SQLite:/g, ""), english).not.toMatch(
        /[一-鿿][,:;?!]|[,:;?!][一-鿿]|\([^()]*[一-鿿]|[一-鿿]\.$/,
      );
      // As WeChat Pay writes them.
      expect(chinese).not.toMatch(/API(?:v[23])? (?:密钥|证书)|公众账号 ID|公钥 ID|帐|您/);
    }
    for (const [english, chinese] of pairs) expect(names(chinese), english).toEqual(names(english));
  });
});

describe("what is said in two ways", () => {
  const isMeant = (list: ReadonlyArray<readonly [RegExp, string]>, texts: ReadonlyArray<string>) =>
    list.some(([pattern]) => texts.every((text) => pattern.test(text)));

  it("no English text has two Chinese ones, and no Chinese text two English ones", () => {
    const found = ([0, 1] as const).flatMap((of) =>
      [...Map.groupBy(both, (pair) => pair[of])]
        .filter(([text]) => text !== "")
        .map(([text, all]) => [text, [...new Set(all.map((pair) => named(pair[1 - of] ?? "")))], all] as const)
        .filter(([, others]) => others.length > 1)
        .filter(
          ([, , all]) =>
            !isMeant(
              twice,
              all.map(([english]) => english),
            ),
        )
        .map(([text, others]) => `${text}: ${others.join(" | ")}`),
    );
    expect(found).toEqual([]);
  });

  it("no two texts are nearly the same", () => {
    const all = [...new Map(both.map(([english]) => [words(english), english]))]
      .filter(([plain]) => plain.length >= 16)
      .toSorted(([one], [other]) => one.length - other.length)
      .map(([plain, english]) => ({ plain, english, letters: lettersOf(plain) }));
    const found = all.flatMap(({ english, letters, plain }, n) => {
      const most = Math.max(2, Math.floor(plain.length * 0.08));
      const near: Array<string> = [];
      for (const other of all.slice(n + 1)) {
        if (other.plain.length - plain.length > most) break;
        if (apart(letters, other.letters) > 2 * most || distance(plain, other.plain, most) > most) continue;
        if (!isMeant(nearly, [english, other.english])) near.push(`${english} | ${other.english}`);
      }
      return near;
    });
    expect(found).toEqual([]);
  });
});
