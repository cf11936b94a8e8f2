/** How every failure of a call is observed of its refund, and the acts that docs/resending.md promises. */
import { readFileSync } from "node:fs";
import * as Result from "effect/Result";
import * as Schema from "effect/Schema";
import { describe, expect, it } from "vitest";
import { reportTo, turnOf } from "../src/Driving.ts";
import { Pace, type Refund, RefundError, RefundProgress, Transport } from "../src/index.ts";

const { ofAsk, ofSend } = RefundProgress;

const error = (operation: "refund" | "refundquery", reason: RefundError.Reason) =>
  Result.fail(new RefundError.RefundError({ operation, outRefundNo: "R", reason }));
const transport = (reason: Transport.Reason) =>
  new RefundError.TransportFailed({ error: new Transport.TransportError({ reason }) });
const ofTheClient = new RefundError.InvalidRequest({
  issues: [{ field: "endpoint", wire: "endpoint", message: "is named twice" }],
  of: "client",
});
const page = (status: number, certificate?: "certificate-missing" | "certificate-rejected") =>
  new RefundError.GatewayRefused({ status, ...(certificate !== undefined && { page: certificate }) });
const rejected = (operation: "refund" | "refundquery", errCode: string) =>
  new RefundError.Rejected({ operation, errCode });
const fail = (returnMsg: string) => new RefundError.ProtocolRejected({ returnMsg });
const untrusted = (problem: "unsigned" | "wrong-sign" | "mismatch", field?: string) =>
  new RefundError.UntrustedReply({ problem, ...(field !== undefined && { field }) });

const told = (observation: RefundProgress.Observation): string => {
  const { _tag } = observation;
  const words: Array<string> = [_tag];
  if ("refusal" in observation && observation.refusal !== undefined && _tag === "Refused")
    words.push(observation.refusal.kind);
  if ("signed" in observation) words.push(observation.signed ? "signed" : "unsigned");
  if ("limited" in observation && observation.limited) words.push("limited");
  if ("cause" in observation && observation.cause !== undefined) words.push(observation.cause);
  return words.join(" ");
};

describe("a failed send", () => {
  it.each<readonly [string, RefundError.Reason, string]>([
    ["our own check", new RefundError.InvalidRequest({ issues: [] }), "Refused final unsigned"],
    ["what no refund of this client can be", ofTheClient, "NotSent account"],
    ["unreachable", transport(new Transport.Unreachable({ detail: "x" })), "NotSent"],
    ["a handshake", transport(new Transport.HandshakeFailed({ detail: "x" })), "NotSent certificate"],
    ["a closed transport", transport(new Transport.Unusable({ detail: "x" })), "NotSent account"],
    ["lost", transport(new Transport.ConnectionLost({ detail: "x" })), "Unanswered"],
    [
      "closed without a word",
      transport(new Transport.ConnectionLost({ detail: "x", silent: "no-certificate" })),
      "Unanswered certificate",
    ],
    ["a certificate page", page(400, "certificate-missing"), "Refused merchant unsigned certificate"],
    ["404", page(404), "Unanswered account"],
    ["408", page(408), "Unanswered"],
    ["425", page(425), "Unanswered"],
    ["429", page(429), "Unanswered"],
    ["502", page(502), "Unanswered"],
    ["unreadable", new RefundError.MalformedReply({ problem: "x" }), "Unanswered"],
    ["unsigned", untrusted("unsigned"), "Unanswered"],
    ["wrongly signed", untrusted("wrong-sign"), "Unanswered key"],
    ["another refund", untrusted("mismatch", "refund_fee"), "Unanswered"],
    ["签名错误", fail("签名错误"), "Refused merchant unsigned key"],
    ["appid不存在", fail("appid不存在"), "Refused merchant unsigned account"],
    ["certificate not match", fail("certificate not match"), "Refused merchant unsigned certificate"],
    ["invalid total_fee", fail("invalid total_fee"), "Refused final unsigned"],
    ["any other text", fail("系统繁忙"), "Unanswered"],
    ["NOTENOUGH", rejected("refund", "NOTENOUGH"), "Refused merchant signed top-up"],
    ["SIGNERROR", rejected("refund", "SIGNERROR"), "Refused merchant signed key"],
    ["CERT_ERROR", rejected("refund", "CERT_ERROR"), "Refused merchant signed certificate"],
    ["NOAUTH", rejected("refund", "NOAUTH"), "Refused merchant signed account"],
    ["TRADE_OVERDUE", rejected("refund", "TRADE_OVERDUE"), "Refused final signed"],
    ["ERROR", rejected("refund", "ERROR"), "Refused by-order signed"],
    ["SYSTEMERROR", rejected("refund", "SYSTEMERROR"), "Unanswered"],
    ["no code", rejected("refund", ""), "Unanswered"],
    ["a code that every object has", rejected("refund", "constructor"), "Unanswered"],
    ["FREQUENCY_LIMITED", rejected("refund", "FREQUENCY_LIMITED"), "Unanswered limited"],
  ])("%s", (_, reason, expected) => {
    expect(told(ofSend(error("refund", reason)))).toBe(expected);
  });
});

describe("a failed query", () => {
  it.each<readonly [string, RefundError.Reason, string]>([
    ["what no query of this client can be", ofTheClient, "NotSent account"],
    ["REFUNDNOTEXIST", rejected("refundquery", "REFUNDNOTEXIST"), "NoSuchRefund"],
    ["SIGNERROR", rejected("refundquery", "SIGNERROR"), "AskFailed signed key"],
    ["SYSTEMERROR", rejected("refundquery", "SYSTEMERROR"), "AskFailed signed"],
    ["FREQUENCY_LIMITED", rejected("refundquery", "FREQUENCY_LIMITED"), "AskFailed signed limited"],
    ["签名错误", fail("签名错误"), "AskFailed unsigned key"],
    ["another amount", untrusted("mismatch", "refund_fee"), "OtherRefund"],
    ["another order", untrusted("mismatch", "out_trade_no"), "OtherRefund"],
    ["another number", untrusted("mismatch", "out_refund_no"), "Unanswered"],
    ["a field that nobody names", untrusted("mismatch"), "Unanswered"],
    ["wrongly signed", untrusted("wrong-sign"), "Unanswered key"],
    ["unreachable", transport(new Transport.Unreachable({ detail: "x" })), "NotSent"],
    ["a handshake", transport(new Transport.HandshakeFailed({ detail: "x" })), "NotSent certificate"],
    // A query needs no certificate: that there is none did not close its connection.
    [
      "closed without a word",
      transport(new Transport.ConnectionLost({ detail: "x", silent: "no-certificate" })),
      "Unanswered",
    ],
  ])("%s", (_, reason, expected) => {
    expect(told(ofAsk(error("refundquery", reason)))).toBe(expected);
  });
});

const refusal: RefundProgress.Refusal = { kind: "by-order", reason: "Rejected", advice: "query-first", message: "x" };
const states: Readonly<Record<string, ReadonlyArray<RefundProgress.Observation>>> = {
  "`Recorded`": [],
  "`Recorded`, cause `other-refund`": [
    { _tag: "Noticed", verified: false },
    { _tag: "Begun", call: "ask" },
    { _tag: "OtherRefund", refusal },
  ],
  "`Unknown`": [
    { _tag: "Begun", call: "send" },
    { _tag: "Unanswered", limited: false },
  ],
  "`Unknown`, withheld": [],
  "`Accepted`": [{ _tag: "Begun", call: "send" }, { _tag: "Accepted" }],
  "`NotMade`": [{ _tag: "Cancel" }],
  "`Succeeded`, `Closed`, `Rejected`, `Resolved`": [{ _tag: "Resolve", by: "me", reason: "paid otherwise" }],
};

const starts: Readonly<Record<string, RefundProgress.Start>> = { "`Unknown`, withheld": { withheld: true } };
const reached = (state: string): RefundProgress.Progress =>
  (states[state] ?? []).reduce(RefundProgress.observe, RefundProgress.initial("R", starts[state]));

describe("what a person may do", () => {
  const manual = readFileSync(new URL("../../../docs/resending.md", import.meta.url), "utf8");
  const [heads = "", , ...rows] =
    manual.slice(manual.indexOf("| `truth` | cancel |")).split("\n\n")[0]?.split("\n") ?? [];
  const cells = (line: string) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
  const [, ...acts] = cells(heads);

  it("has a row for every state", () => {
    expect(rows.map((row) => cells(row)[0])).toEqual(Object.keys(states));
  });
  it.each(rows.map((row) => cells(row)))("is as the manual says: %s", (state = "", ...permitted) => {
    const progress = reached(state);
    expect([...RefundProgress.permitted(progress)].toSorted()).toEqual(
      acts.filter((_, n) => permitted[n] === "yes").toSorted(),
    );
  });
  it("is no giving up after a refusal that may speak of an earlier attempt, before a query has decided", () => {
    const refused = RefundProgress.observe(
      RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" }),
      { _tag: "Refused", signed: true, refusal },
    );
    expect(RefundProgress.permitted(refused)).toEqual(new Set(["resolve", "goOn"]));
    expect(RefundProgress.observe(refused, { _tag: "Cancel" })).toEqual(refused);
  });
  it("is a value that can be stored", () => {
    for (const progress of Object.keys(states).map(reached)) {
      const stored: unknown = JSON.parse(JSON.stringify(Schema.encodeSync(RefundProgress.Progress)(progress)));
      expect(Schema.decodeUnknownSync(RefundProgress.Progress)(stored)).toEqual(progress);
    }
  });
  it("changes nothing where an answer is of the other call", () => {
    const open = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" });
    expect(RefundProgress.observe(open, { _tag: "NoSuchRefund" })).toMatchObject({ truth: "Recorded" });
    const asked = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "ask" });
    expect(RefundProgress.observe(asked, { _tag: "Accepted" })).toMatchObject({ truth: "Recorded" });
  });
  it("changes nothing where a call is begun that cannot be", () => {
    const open = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" });
    expect(RefundProgress.observe(open, { _tag: "Begun", call: "ask" })).toEqual(open);
    const given = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Cancel" });
    expect(RefundProgress.observe(given, { _tag: "Begun", call: "send" })).toEqual(given);
  });
  it("keeps that the number is another's, whatever a notice says", () => {
    const foreign = (states["`Recorded`, cause `other-refund`"] ?? []).reduce(
      RefundProgress.observe,
      RefundProgress.initial("R"),
    );
    const noticed = RefundProgress.observe(foreign, { _tag: "Noticed", verified: true });
    expect(noticed).toMatchObject({ truth: "Accepted", foreign: true, block: { cause: "other-refund" } });
  });
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -5, 0.9])("counts %s ms as none", (millis) => {
    const begun = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" });
    expect(RefundProgress.observe(begun, { _tag: "Passed", millis, clock: "monotonic" })).toEqual(begun);
  });
  it("lets a clock that may jump count for twice what was planned, or two minutes", () => {
    const begun = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" });
    const year = { _tag: "Passed", millis: 3e10, clock: "wall" } as const;
    expect(RefundProgress.observe(begun, year)).toMatchObject({ first: 120_000 });
    const accepted = RefundProgress.observe(begun, { _tag: "Accepted" });
    expect(RefundProgress.next(accepted)).toEqual({ _tag: "Wait", millis: 60_000, for: "Ask" });
    expect(RefundProgress.observe(accepted, year)).toMatchObject({ first: 120_000 });
  });
});

describe("what is withheld", () => {
  const hour = 3_600_000;
  const asked = (from: RefundProgress.Progress, millis: number) =>
    [
      { _tag: "Passed", millis, clock: "monotonic" } as const,
      { _tag: "Begun", call: "ask" } as const,
      { _tag: "NoSuchRefund" } as const,
    ].reduce<RefundProgress.Progress>(RefundProgress.observe, from);
  const withheld = RefundProgress.initial("R", { attempted: true, withheld: true });

  it("is asked for at once, and then once an hour, as a kind of its own", () => {
    expect(withheld).toMatchObject({ truth: "Unknown", unanswered: true, block: { cause: "withheld", since: 0 } });
    expect(RefundProgress.initial("R", { withheld: true })).toEqual(withheld);
    expect(RefundProgress.next(withheld)).toEqual({ _tag: "Ask" });
    expect(RefundProgress.next(asked(withheld, 0))).toEqual({ _tag: "Wait", millis: hour, for: "Ask" });
    const turn = { maySend: true, outRefundNo: "R" };
    expect(turnOf("Ask", withheld, turn)).toMatchObject({ calls: "ask", kind: "ask while withheld" });
  });
  it("is not made by a question that is begun a day later, and not before", () => {
    const before = asked(withheld, 24 * hour - 1);
    expect(before).toMatchObject({ truth: "Unknown", withheld: true, block: { since: 24 * hour - 1 } });
    expect(asked(before, 1)).toMatchObject({ truth: "NotMade", withheld: false, unanswered: false });
  });
  it("is nothing of what was accepted", () => {
    const accepted = RefundProgress.initial("R", { accepted: true });
    expect(RefundProgress.initial("R", { accepted: true, withheld: true })).toEqual(accepted);
  });
  it("is asked for once more when it is started again, and then sent", () => {
    const again = RefundProgress.observe(asked(withheld, hour), { _tag: "StartAgain" });
    expect(again).toMatchObject({ truth: "Unknown", withheld: false, unanswered: true });
    expect(again).not.toHaveProperty("block");
    expect(RefundProgress.next(again)).toEqual({ _tag: "Question" });
    expect(RefundProgress.next(asked(again, 1))).toEqual({ _tag: "Send" });
    expect(RefundProgress.observe(again, { _tag: "StartAgain" })).toEqual(again);
  });
});

describe("pauses", () => {
  const after = (outRefundNo: string, limited: boolean) => {
    const begun = RefundProgress.observe(RefundProgress.initial(outRefundNo), { _tag: "Begun", call: "send" });
    const step = RefundProgress.next(RefundProgress.observe(begun, { _tag: "Unanswered", limited }));
    return step._tag === "Wait" ? step.millis : 0;
  };
  const numbers = Array.from({ length: 1000 }, (_, n) => `R-${n}`);

  it("of many refunds that failed together are spread over half of their length", () => {
    const pauses = numbers.map((number) => after(number, false));
    expect(Math.min(...pauses)).toBeLessThan(520);
    expect(Math.max(...pauses)).toBeGreaterThan(980);
    const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
    expect(mean).toBeGreaterThan(725);
    expect(mean).toBeLessThan(775);
  });
  it("after a rate code are a minute, and up to ten seconds more", () => {
    for (const pause of numbers.map((number) => after(number, true))) {
      expect(pause).toBeGreaterThan(60_000);
      expect(pause).toBeLessThanOrEqual(70_000);
    }
  });
});

describe("APIv3's NO_AUTH, which is of one order", () => {
  const noAuth = new RefundError.Rejected({ operation: "refund", errCode: "NO_AUTH", status: 403 });

  it("blocks its refund alone: no lane hears of it, and no success of another lifts it", () => {
    const reported: Array<unknown> = [];
    const lane = { ...Pace.make().lane(""), report: (...all: ReadonlyArray<unknown>) => void reported.push(all) };
    for (const observation of [ofSend(error("refund", noAuth)), ofAsk(error("refundquery", noAuth))]) {
      expect(observation).toMatchObject({ signed: true, cause: "account", alone: true });
      reportTo(lane, "send", observation);
    }
    expect(reported).toEqual([]);
    const begun = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" });
    const { block, truth } = RefundProgress.observe(begun, ofSend(error("refund", noAuth)));
    expect([truth, block?.cause, block?.firm]).toEqual(["Recorded", "account", false]);
    // By APIv2's code of that name it is the address of this machine.
    const address = ofSend(error("refund", rejected("refund", "NOAUTH")));
    expect(address).not.toHaveProperty("alone");
  });
});

describe("a refund that is refused for itself", () => {
  it("is sent sixteen times as its merchant's hold is lifted, and then once an hour", () => {
    const refused = ofSend(error("refund", rejected("refund", "NOTENOUGH")));
    let progress = RefundProgress.initial("R");
    const sent: Array<number> = [];
    for (let at = 0; at < 4 * 3600; at++) {
      if (RefundProgress.next(progress)._tag === "Send") {
        sent.push(at);
        progress = RefundProgress.observe(progress, { _tag: "Begun", call: "send" });
        progress = RefundProgress.observe(progress, refused);
      }
      // Each second another refund of the merchant is accepted.
      progress = RefundProgress.observe(progress, { _tag: "Lifted" });
      progress = RefundProgress.observe(progress, { _tag: "Passed", millis: 1000, clock: "monotonic" });
    }
    expect(sent.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, n) => n));
    expect(sent.slice(16)).toEqual([15 + 3600, 15 + 2 * 3600, 15 + 3 * 3600]);
    // Why it waits is shown, and holds nothing.
    expect(progress.block).toMatchObject({ cause: "top-up", firm: false, refusal: { errCode: "NOTENOUGH" } });
    // A person is not kept waiting.
    const wanted = RefundProgress.observe(progress, { _tag: "GoOn" });
    expect(RefundProgress.next(wanted)._tag).toBe("Send");
  });

  it("shows that on, also where what a query has shown since is lifted", () => {
    const refused = ofSend(error("refund", rejected("refund", "NOTENOUGH")));
    const asked = (progress: RefundProgress.Progress, observation: RefundProgress.Observation) =>
      RefundProgress.observe(RefundProgress.observe(progress, { _tag: "Begun", call: "ask" }), observation);
    let progress = asked(RefundProgress.initial("R", { attempted: true }), { _tag: "NoSuchRefund" });
    for (let n = 0; n < 16; n++) {
      progress = RefundProgress.observe(progress, { _tag: "Begun", call: "send" });
      progress = RefundProgress.observe(RefundProgress.observe(progress, refused), { _tag: "Lifted" });
    }
    const own = { cause: "top-up", firm: false, refusal: { errCode: "NOTENOUGH" } };
    expect(progress.block).toMatchObject(own);
    progress = asked(progress, ofAsk(error("refundquery", rejected("refundquery", "SIGNERROR"))));
    expect(progress.block?.cause).toBe("key");
    progress = RefundProgress.observe(progress, { _tag: "Lifted", cause: "key" });
    expect(progress.block).toMatchObject(own);
    expect(progress).not.toHaveProperty("under");
  });
});

it("tells the merchant's lane what the gateway or the handshake showed, and not what this side cannot send", () => {
  const causes = [
    rejected("refund", "NOTENOUGH"),
    transport(new Transport.HandshakeFailed({ detail: "" })),
    transport(new Transport.Unusable({ detail: "" })),
    transport(new Transport.Unreachable({ detail: "" })),
  ].map((reason) => {
    const reported: Array<unknown> = [];
    const lane = { ...Pace.make().lane(""), report: (...all: ReadonlyArray<unknown>) => void reported.push(all) };
    reportTo(lane, "send", ofSend(error("refund", reason)));
    return reported.map((all) => (all as ReadonlyArray<unknown>)[0]);
  });
  expect(causes).toEqual([["top-up"], ["certificate"], [], []]);
});

describe("an acceptance of APIv3 that says what became of the refund", () => {
  const accepted = (refundStatus?: Refund.RefundAccepted["refundStatus"]) =>
    ofSend(Result.succeed({ refundStatus, refundId: "50", outRefundNo: "R" } as unknown as Refund.RefundAccepted));
  const begun = RefundProgress.observe(RefundProgress.initial("R"), { _tag: "Begun", call: "send" });
  it.each([
    [undefined, "Accepted", undefined],
    ["PROCESSING", "Accepted", undefined],
    ["SUCCESS", "Accepted", undefined],
    ["unknown", "Accepted", undefined],
    ["REFUNDCLOSE", "Closed", undefined],
    ["CHANGE", "Accepted", "change"],
  ] as const)("%s: %s", (status, truth, cause) => {
    const after = RefundProgress.observe(begun, accepted(status));
    expect([after.truth, after.block?.cause]).toEqual([truth, cause]);
  });
});
