/**
 * Deliberately broken builds. Each breaks one promise in one place; the named tests must turn red for it.
 * `pnpm prove:mutants` tries them all; `pnpm prove:mutants "total deadline"` those whose name contains the words.
 */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** The tests that must catch it: project and, where one file does, its name. */
  readonly project: string;
  readonly test: string;
}

const core =
  (file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name,
    file: `packages/core/src/${file}`,
    find,
    put,
    project: "core",
    test,
  });

const pages =
  (file: string, test = "PagesAttacks.test.ts") =>
  (name: string, find: string, put: string): Mutant => ({
    name: `pages: ${name}`,
    file: `packages/server/src/${file}`,
    find,
    put,
    project: "server",
    test,
  });

const apiv3 =
  (file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name: `APIv3: ${name}`,
    file: `packages/apiv3/src/${file}`,
    find,
    put,
    project: "apiv3",
    test,
  });
const protocols =
  (file: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name,
    file: `packages/durable/src/${file}`,
    find,
    put,
    project: "durable",
    test: "Protocols.test.ts",
  });
const clocks =
  (file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name: `clocks: ${name}`,
    file: `packages/durable/src/${file}`,
    find,
    put,
    project: "durable",
    test,
  });
const signatureV3 = apiv3("Signature.ts", "Signature.test.ts");
const operationV3 = apiv3("Operation.ts", "Operation.test.ts");
const noticeV3 = apiv3("RefundNotice.ts", "RefundNotice.test.ts");
const signature = core("Signature.ts", "Signature.test.ts");
const operation = core("Operation.ts", "Operation.test.ts");
const xml = core("Xml.ts", "Xml.test.ts");
const codes = core("internal/errorCodes.ts", "Operation.test.ts");
const fields = core("internal/fields.ts", "Operation.test.ts");
const replies = core("internal/replies.ts", "Operation.test.ts");
const duties = core("internal/replyFields.ts", "replyFields.test.ts");
const returnMsgs = core("internal/returnMsgs.ts", "returnMsgs.test.ts");
const requestFields = (file: string) => core(file, "requestFields.test.ts");
const refund = core("Refund.ts", "Refund.test.ts");
const query = core("RefundQuery.ts", "Operation.test.ts");
const notice = core("RefundNotice.ts", "RefundNotice.test.ts");
const confirming = core("internal/confirm.ts", "lifecycle.test.ts");
const statuses = core("internal/statuses.ts", "Operation.test.ts");
const calling = core("internal/call.ts", "lifecycle.test.ts");
const orders = core("OrderRefunds.ts", "lifecycle.test.ts");
const endpoints = core("internal/endpoint.ts", "Endpoint.test.ts");
const resend = core("Resend.ts", "Resend.test.ts");
const driving = core("internal/drive.ts", "Resend.test.ts");
const progress = core("RefundProgress.ts", "RefundProgress.test.ts");
const steps = core("internal/nextStep.ts", "RefundProgress.test.ts");
const pauses = core("internal/nextStep.ts", "observed.test.ts");
const observed = core("internal/observed.ts", "observed.test.ts");
const pace = (file: string) => core(file, "Pace.test.ts");
const gate = pace("internal/gate.ts");
const pacedOrders = pace("internal/orders.ts");
const failing = pace("internal/failing.ts");
const outage = pace("internal/outage.ts");
const causes = pace("internal/causes.ts");
const failover = core("Failover.ts", "Failover.test.ts");
const transportError = core("TransportError.ts", "RefundClient.test.ts");
const refundError = core("RefundError.ts", "RefundClient.test.ts");
const params = core("Params.ts", "Signature.test.ts");
const bill = core("RefundBill.ts", "RefundBill.test.ts");
const billText = core("BillText.ts", "BillText.test.ts");
const billReader = core("internal/billReader.ts", "RefundBill.test.ts");
const billRow = core("internal/billRow.ts", "RefundBill.test.ts");
const billCells = core("internal/billCells.ts", "RefundBill.test.ts");
const books = core("Reconciliation.ts", "Reconciliation.test.ts");

const words =
  (project: string, file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name: `words: ${name}`,
    file: `packages/${project}/${file}`,
    find,
    put,
    project,
    test,
  });

const gateway =
  (file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name: `APIv3 gateway: ${name}`,
    file: `packages/simulator/src/${file}`,
    find,
    put,
    project: "simulator",
    test,
  });
const door = gateway("internal/v3/door.ts", "GatewayV3.test.ts");

const finder =
  (file: string, test: string, project = "simulator") =>
  (name: string, find: string, put: string): Mutant => ({
    name: `finder: ${name}`,
    file: `packages/${project}/src/${file}`,
    find,
    put,
    project,
    test,
  });
const diagnosis = finder("Diagnosis.ts", "Finder.test.ts");

const durable =
  (file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name: `books of a store: ${name}`,
    file: `packages/durable/src/${file}`,
    find,
    put,
    project: "durable",
    test,
  });
const days = durable("Reconciliations.ts", "RefundStoreSuite.test.ts");
const store = durable("Books.ts", "RefundStoreSuite.test.ts");
const dayOfBooks = durable("internal/dayOfBooks.ts", "Reconciler.test.ts");

const hooks =
  (project: "durable" | "server" | "cli", file: string, test: string) =>
  (name: string, find: string, put: string): Mutant => ({
    name: `webhooks: ${name}`,
    file: `packages/${project}/src/${file}`,
    find,
    put,
    project,
    test,
  });
const messages = hooks("durable", "Deliveries.ts", "RefundStoreSuite.test.ts");
const endpointsOfHooks = hooks("durable", "Endpoints.ts", "RefundStoreSuite.test.ts");
const verdict = hooks("server", "internal/webhooks/verdict.ts", "WebhookVerdict.test.ts");
const address = hooks("server", "internal/webhooks/addresses.ts", "WebhookAddresses.test.ts");
const posting = hooks("server", "internal/webhooks/post.ts", "WebhookPost.test.ts");
const hooksFile = hooks("server", "WebhooksFile.ts", "WebhooksFile.test.ts");
const telling = (file: string) => hooks("server", `internal/webhooks/${file}`, "Webhooks.test.ts");

export const mutants: ReadonlyArray<Mutant> = [
  resend(
    "new number on a re-send",
    "client.refund(request)",
    "client.refund({ ...request, outRefundNo: `${request.outRefundNo}${Math.random()}`.slice(0, 30) })",
  ),
  resend(
    "amount changed on a re-send",
    "client.refund(request)",
    "client.refund({ ...request, refundDesc: `${Math.random()}` })",
  ),
  progress(
    "sent again without asking",
    "    denied: false,\n    notSure: false,\n    doubt: 0,",
    "    denied: true,\n    notSure: false,\n    doubt: 0,",
  ),
  progress(
    "a refusal after an unknown attempt is final",
    'if (!progress.unanswered && refusal.kind === "final")',
    'if (refusal.kind === "final")',
  ),
  progress("REFUNDNOTEXIST taken as failed", "if (isRefused(progress) && (!progress", "if (true || (!progress"),
  progress("a day is not waited for", "progress.doubtAsked >= day", "progress.doubtAsked >= 0"),
  progress("what is withheld is not made at once", "if (progress.withheld && isFound)", "if (progress.withheld)"),
  progress(
    "what is withheld is not released",
    "progress.withheld ? unblocked({ ...progress, withheld: false }) : progress",
    "progress",
  ),
  progress("a clock that jumps ends what is withheld", "Math.min(millis, hour / 2)", "millis"),
  steps(
    "what is withheld is asked for by sending it",
    "if (withheld) return after(",
    "if (withheld && denied) return after(",
  ),
  steps("what is withheld is sent by a wish", "    !withheld &&\n", ""),
  progress("another's refund is taken for this one", "foreign: true }", "foreign: false }"),
  progress("a query lifts what a send showed", 'if (block?.by !== "ask" ||', 'if (block?.by === "none" ||'),
  pauses("re-send without spreading", "pause * (0.5 + (mixed % 1000) / 2000)", "pause * (1 + 0 * mixed)"),
  pauses("rate codes do not wait", "if (limited)", "if (limited && row > 1000)"),
  steps("sends are not bounded", "sends < soon ? 0 : hour", "sends < 1e9 ? 0 : hour"),
  steps("no money is asked for as before", "if (!firm) return undefined;", "if (firm || !firm) return undefined;"),
  observed("no money is final", '["NOTENOUGH", "top-up"],', ""),
  observed("a lost reply counts as not sent", 'reason.error.sent === "no"', 'reason._tag === "TransportFailed"'),
  driving("never gives up", "within - spent", "within * 10 - spent"),
  driving("a call that is under way is given up", "rest <= 0 && driven.progress.open === undefined", "rest <= 0"),
  resend("an earlier attempt is forgotten", "initial(numberOf(request), options)", "initial(numberOf(request))"),
  core("internal/errorCodes.ts", "errorCodes.test.ts")(
    "an unknown order state as not accepted",
    '"TRADE_STATE_ERROR",\n    row("not-by-this-call"',
    '"TRADE_STATE_ERROR",\n    row("not-accepted"',
  ),
  codes("unknown code as not accepted", 'const unknown = row("unknown"', 'const unknown = row("not-accepted"'),
  operation(
    "unsigned FAIL is not looked at",
    'if (returnCode === "FAIL") return',
    'if (returnCode === "NEVER") return',
  ),
  operation(
    "signature not verified when result_code is FAIL",
    "return Result.mapError(verify(params, keys, signType)",
    'if (params.get("result_code") === "FAIL") return Result.succeed("current");\n  return Result.mapError(verify(params, keys, signType)',
  ),
  operation(
    "no matching of the request",
    "const rules = operation.expectations(request, params)",
    "const rules = operation.expectations(request, params).slice(0, 0)",
  ),
  operation("no matching of the merchant", "mismatch(params, merchantExpectations(merchant)) ??", ""),
  operation(
    "a refusal is matched with nothing",
    "({ ...rule, required: false })",
    "({ ...rule, required: false, expected: params.get(rule.field) || undefined })",
  ),
  operation(
    "HTTP status not looked at",
    "if (reply.status === 200 && !html) return undefined;",
    "if (!html) return undefined;",
  ),
  operation(
    "an HTML page counts as not accepted",
    ": undefined;\n  return new GatewayRefused",
    ': ("certificate-rejected" as const);\n  return new GatewayRefused',
  ),
  operation(
    "the API key is shown when explaining",
    "stringToSign: stringToSign(params),",
    "stringToSign: `${stringToSign(params)}${(merchant.apiKey as unknown as { label: string }).label ?? ''}192006250b4c09247ec02edce69f6a2d`,",
  ),
  signature(
    "sign is optional",
    'if (given === undefined || given === "") return Result.fail({ problem: "unsigned" });',
    'if (given === undefined || given === "") return Result.succeed("current");',
  ),
  signature(
    "algorithm taken from the reply",
    "if (!shape[signType].test(given))",
    'signType = given.length === 32 ? "MD5" : "HMAC-SHA256";\n  if (!shape[signType].test(given))',
  ),
  signature("lower-case sign accepted", "MD5: /^[0-9A-F]{32}$/", "MD5: /^[0-9A-Fa-f]{32}$/"),
  signature("shape of sign not checked", "if (!shape[signType].test(given))", "if (given.length === 0)"),
  signature(
    "only a prefix is compared",
    "equalConstantTime(digest(text, secret, signType), given)",
    "digest(text, secret, signType).slice(0, 2) === given.slice(0, 2)",
  ),
  signature("ambiguous values accepted", "/&[A-Za-z0-9_]+=/", "/&[A-Za-z0-9_]+==/"),
  signature("an empty key verifies", 'secret !== "" && equal', "equal"),
  signature(
    "the previous key is not tried",
    ": keys.previousApiKey !== undefined && matches",
    ": keys.previousApiKey === undefined && matches",
  ),
  signature(
    "an empty key signs",
    'if (secret === "") return Result.fail',
    'if (secret === "never") return Result.fail',
  ),
  core("Params.ts", "vectors.test.ts")("sorted by locale", "(a < b ? -1 : 1)", "a.localeCompare(b)"),
  params("empty values are signed", 'if (field[1] !== "" && field[0] !== "sign")', 'if (field[0] !== "sign")'),
  xml("duplicates accepted, last wins", "size === before)", "size === before - 1)"),
  xml(
    "values are trimmed",
    "fields.set(name, values[index++] as string)",
    "fields.set(name, (values[index++] as string).trim())",
  ),
  xml("unknown fields are dropped", "  return fields;\n};", '  fields.delete("b");\n  return fields;\n};'),
  xml("trailing bytes accepted", "return at === text.length\n", "return at > 0\n"),
  xml("no limit on size", "if (bytes.length > maxBytes)", "if (bytes.length > maxBytes * 1e6)"),
  xml("no limit on fields", "if (before === maxFields)", "if (before === maxFields * 1e6)"),
  xml("invalid UTF-8 is mended", "fatal: true, ignoreBOM: true", "fatal: false, ignoreBOM: true"),
  xml("a BOM is dropped", "fatal: true, ignoreBOM: true", "fatal: true, ignoreBOM: false"),
  xml("control characters accepted", "if (forbidden !== null)", "if (forbidden !== null && forbidden.index < 0)"),
  xml(
    "numeric references accepted",
    "!fiveEntities.has(value.slice(at + 1, stop))",
    '!fiveEntities.has(value.slice(at + 1, stop)) && value[at + 1] !== "#"',
  ),
  xml("names of prototypes accepted", "if (reservedNames.has(name))", 'if (name === "constructor")'),
  xml("CDATA closed early when writing", 'return value.includes("]]>")\n', 'return value.includes("]]>]]>")\n'),
  xml(
    "carriage returns written",
    'if (value.includes("\\r")) return "a carriage return',
    'if (value.includes("\\r\\r\\r")) return "a carriage return',
  ),
  core("internal/plain.ts", "plain.test.ts")(
    "what a reply proves may be missing in a plain one",
    "if (text === undefined && optional) continue;",
    "if (text === undefined) continue;",
  ),
  fields(
    "amounts read leniently",
    "const digits = /^(?:0|[1-9][0-9]{0,15})$/",
    "const digits = /^\\s*[+]?[0-9.]{1,20}\\s*$/",
  ),
  fields("dates that do not exist accepted", ".slice(0, 19) !== text", ".slice(0, 4) !== text.slice(0, 4)"),
  fields("Beijing time taken as UTC", "const beijingOffset = 8 * 60 * 60 * 1000", "const beijingOffset = 0"),
  replies("indexes read leniently", "_(0|[1-9][0-9]{0,3})(?:_(0", "_([0-9]{1,4})(?:_(0"),
  query("gaps between records accepted", "(String(count) !== flat", "(false && String(count) !== flat"),
  query("the same number twice accepted", "if (numbers.size !== count)", "if (numbers.size > count)"),
  statuses("NOTSURE as still processing", '["NOTSURE", "NOTSURE"]', '["NOTSURE", "PROCESSING"]'),
  statuses("FAIL as success", '["FAIL", "REFUNDCLOSE"]', '["FAIL", "SUCCESS"]'),
  refund("refund may exceed the total", "refundFee > totalFee) {", "refundFee > totalFee * 2) {"),
  refund(
    "both order numbers accepted",
    "order.transactionId !== undefined && order.outTradeNo !== undefined",
    "order.transactionId === null",
  ),
  notice(
    "fields beside req_info override",
    "...flat,\n      refundStatus",
    '...flat,\n      ...(params.get("out_refund_no") && { outRefundNo: params.get("out_refund_no") }),\n      refundStatus',
  ),
  notice("a notice of another merchant accepted", '["mch_id", merchant.mchId, given("mch_id")],', ""),
  notice("a notice of another sub-merchant accepted", 'given("sub_mch_id") ?? merchant.subMchId', "merchant.subMchId"),
  notice(
    "the previous key is left out once the current one opened",
    "keys.previousApiKey === undefined ? undefined : unseal",
    "keys.previousApiKey === undefined || current !== undefined ? undefined : unseal",
  ),
  core("internal/crypto.ts", "RefundNotice.test.ts")(
    "padding of a notice not checked",
    "padded: padding > 0 && bytes.length % 16 === 0",
    "padded: true",
  ),
  duties(
    "an amount that was asked for merely informs",
    'totalFee: proves("total_fee"),\n  settlementTotalFee: informs("settlement_total_fee"),\n  feeType: proves',
    'totalFee: informs("total_fee"),\n  settlementTotalFee: informs("settlement_total_fee"),\n  feeType: proves',
  ),
  duties("an unreadable time refuses the reply", 'informs("refund_success_time")', 'proves("refund_success_time")'),
  replies("what cannot be read is dropped", "else extra[wire] = value;\n  };", "  };"),
  returnMsgs("a text that holds a family's words counts as one", "new RegExp(`^(?:", "new RegExp(`(?:"),
  returnMsgs("a text that begins like a family counts as one", "[.。!]?$`", "[.。!]?`"),
  requestFields("internal/unknownFields.ts")(
    "a misspelt field is overlooked",
    "known.fields.has(name) ||",
    "name.length > 0 ||",
  ),
  requestFields("internal/invisible.ts")(
    "invisible characters accepted",
    "Default_Ignorable_Code_Point}",
    "Bidi_Control}",
  ),
  core("Refund.ts", "Operation.test.ts")(
    "a currency is expected where none was asked for",
    "...(request.refundFeeType === undefined",
    '...(request.refundFeeType === ""',
  ),
  notice(
    "the previous key does not open",
    "keys.previousApiKey === undefined ? undefined : unseal",
    "keys.previousApiKey !== undefined ? undefined : unseal",
  ),
  confirming("confirm does not compare amounts", '["refund_fee", expected.refundFee, record.refundFee],', ""),
  confirming("confirm does not compare refund_id", '["refund_id", expected.refundId, record.refundId],', ""),
  orders(
    "a repeating page is read for ever",
    "if (fresh.length > 0) return [fresh",
    "if (fresh.length >= 0) return [fresh",
  ),
  calling("an interrupted call counts as not sent", "() => (posted = true)", "() => (posted = false)"),
  endpoints(
    "two addresses are named and one is taken",
    "if (found !== undefined && found !== endpoint)",
    "if (found === null)",
  ),
  transportError("a time-out of the exchange claimed as not sent", 'this.phase === "connect" ? "no" : "maybe"', '"no"'),
  refundError(
    "not sent by guess: a lost connection counts as not accepted",
    'this.error.sent === "no" ? "not-accepted" : "unknown"',
    '"not-accepted"',
  ),
  refundError(
    "a failed query says not accepted",
    'this.operation === "refund" ? this.reason.outcome : "unknown"',
    "this.reason.outcome",
  ),
  core("internal/oneLine.ts", "RefundClient.test.ts")(
    "messages may span lines",
    "const unprintable = /[\\u0000-\\u001F",
    "const unprintable = /[\\u0000-\\u0001",
  ),
  pace("internal/perSecond.ts")("no limit on calls", "if (this.count < this.limit) return now;", "return now;"),
  pace("internal/monotonic.ts")(
    "limits on a clock that can be set",
    "Number(clock.monotonicTimeNanosUnsafe() / perMilli)",
    "clock.currentTimeMillisUnsafe()",
  ),
  pacedOrders("no minute between refunds of an order", "now + this.spacing;", "now;"),
  pacedOrders(
    "a repeat waits for its order",
    "|| order.sent.has(sending.outRefundNo)) return undefined;",
    ") return undefined;",
  ),
  pacedOrders("a refund that was not sent keeps the minute", "order.until = until;", ""),
  core("internal/orders.ts", "gate.test.ts")(
    "an order is kept for who gave up",
    "    order.claims--;\n    this.settle",
    "    this.settle",
  ),
  core("internal/gate.ts", "gate.test.ts")(
    "calls count from when they are granted",
    "    waiter.at = now;\n",
    "    waiter.at = waiter.grantedAt;\n",
  ),
  gate(
    "who gives up keeps his place",
    'if (stage === "waiting") this.turns.leave(waiter);',
    'if (stage === "waiting") return;',
  ),
  gate(
    "an unanswered call holds its part for its whole time",
    "if (first.hold !== undefined) this.budget.release(first.hold);",
    "",
  ),
  gate("a rate code holds up nothing", "Math.max(this.blockedUntil, now + block + this.jitter)", "this.blockedUntil"),
  gate("a question goes as it likes though another refund of the order left", 'return other ? "ask" :', "return"),
  failing(
    "failing calls are not limited",
    "    const third = this.total / 3;",
    "    if (this.total > 0) return true;\n    const third = this.total / 3;",
  ),
  failing("a share is believed at once", "bound > 0.1 ? whole", "this.answered < 3 ? whole"),
  outage("no outage is ever seen", "this.on = true;", ""),
  outage("an outage sends on", "this.next = now + this.pause;", ""),
  outage("nobody is told that an outage has ended", "const ended = this.on;", "const ended = false;"),
  causes("a held merchant sends on", "this.nextSend = now + betweenSends;", "this.nextSend = now;"),
  causes("wishes let a held merchant send on", "Math.min(betweenSends, 2 * patience)", "patience"),
  causes("a wish lets nothing leave", "this.nextSend = at;", ""),
  causes("unsigned causes hold at once", "now - known.since >= unsignedMillis)", "true)"),
  causes("a query lifts a lack of money", '(cause === "key" ||', '(cause === "top-up" || cause === "key" ||'),
  core("internal/turns.ts", "Pace.test.ts")(
    "those that are held keep a part from the others",
    "this.count(lane, -1);",
    "",
  ),
  core("internal/kinds.ts", "Pace.test.ts")(
    "the way that fails more often",
    'return send < ask ? "send"',
    'return send > ask ? "send"',
  ),
  failover(
    "a lost reply changes the host",
    'reason._tag === "Unreachable" ||',
    'reason._tag === "Unreachable" || reason._tag === "ConnectionLost" ||',
  ),
  failover("the stay on a clock that can be set", "yield* monotonic.now", "(yield* monotonic.now) * 0 + Date.now()"),
  failover("never goes back", "now + stayMillis", "Infinity"),
  signatureV3("the signature is not looked at", "if (!key.verifies(", "if (false && !key.verifies("),
  signatureV3(
    "a signature has twins",
    "const signature = base64Bytes(given);",
    'const signature = Buffer.from(given, "base64");',
  ),
  signatureV3("the time is not looked at", "Math.abs(now - Number(timestamp)) < window", "Number(timestamp) > 0"),
  signatureV3("a nonce may hold anything", '"Wechatpay-Nonce": /^[!-+\\--~]{1,128}$/', '"Wechatpay-Nonce": /^[^]+$/'),
  signatureV3("a field may come twice", "if (found.has(name)) twice = name;", ""),
  operationV3(
    "a refusal needs no signature",
    "return Result.fail(unsignedRefusal(Result.getOrElse(plain, () => reply)));",
    "return Result.mapError(parse(reply.body), () => unsignedRefusal(reply));",
  ),
  operationV3("a reply may speak of another refund", "if (received === expected) continue;", "continue;"),
  operationV3(
    "an answer of another status is a result",
    "if (reply.status !== 200) return",
    "if (reply.status >= 400) return",
  ),
  noticeV3("the event is not compared", 'if (inner["refund_status"] !== status) return bad("other-event");', ""),
  noticeV3("the merchant is not compared", "if (other !== undefined) return Result.fail(other);", ""),
  noticeV3("the signature is not looked at", "if (Result.isFailure(verified)) return bad(", "if (false) return bad("),
  apiv3("internal/crypto.ts", "RefundNotice.test.ts")(
    "the tag is not looked at",
    "return Buffer.concat([plain, decipher.final()]);",
    "return plain;",
  ),
  apiv3("TradeBill.ts", "TradeBill.test.ts")(
    "a bill may be another file than was meant",
    "return received === expected",
    "return received.length > 0",
  ),
  apiv3("KeyRing.ts", "KeyRing.test.ts")(
    "a forged serial number is an amplifier",
    "const pause = 60_000;",
    "const pause = 0;",
  ),
  apiv3("internal/fields.ts", "vectors.test.ts")(
    "the commission as the refund's amount",
    'refundFee: proves("amount.refund", "fen"),\n  totalFee: proves("amount.total", "fen"),\n  refundChannel',
    'refundFee: proves("amount.refund_fee", "fen"),\n  totalFee: proves("amount.total", "fen"),\n  refundChannel',
  ),
  core("internal/errorCodesV3.ts", "errorCodesV3.test.ts")(
    "429 decides",
    "status >= 400 && status < 500 && status !== 429",
    "status >= 400 && status < 500",
  ),
  protocols("internal/calls.ts")(
    "a refund is asked for through the protocol of new ones",
    '(protocol === "v3" ? v3 : v2?.(frozen))',
    "(v3 ?? v2?.(frozen))",
  ),
  protocols("internal/calls.ts")(
    "the whole header of a notice is kept",
    "Object.entries(headers).filter(([name]) => /^wechatpay-/i.test(name))",
    "Object.entries(headers)",
  ),
  protocols("internal/step.ts")(
    "a call is begun before its keys are there",
    "const missing = yield* Effect.interruptible(readied(call));",
    'const missing = undefined as "stop" | RefundError | undefined;',
  ),
  protocols("internal/step.ts")(
    "a call that lacks its keys is begun all the same",
    "if (missing !== undefined) {",
    "if (missing === null) {",
  ),
  protocols("Refunds.ts")(
    "what APIv2 began is refused once its merchant has moved",
    "const asked = recordedAs(request, numbers);",
    "const asked = undefined as ReturnType<typeof recordedAs>;",
  ),
  protocols("internal/calls.ts")(
    "a call that was begun may fetch first",
    "Context.add(LeavesNow, true)",
    "Context.add(LeavesNow, false)",
  ),
  protocols("internal/noted.ts")(
    "a notice that decides is not kept",
    "...(decides && proof !== undefined && { proof: proof() })",
    "",
  ),
  door("no signature is checked", "|| !verify(text, credentials.signature, key)", ""),
  door("any serial number will do", "credentials.serialNo !== v3.serialNo", 'credentials.serialNo === ""'),
  diagnosis("a reply is right with MD5 alone", "isReply ? [first, second]", "isReply ? [first]"),
  diagnosis("the other of two is said to be signed", '? "first" : "last"', '? "last" : "first"'),
  finder("internal/finder/values.ts", "Finder.test.ts")(
    "what programs write for nothing is a value",
    "if (word !== undefined)",
    'if (word === "")',
  ),
  finder("internal/finder/keys.ts", "Finder.test.ts")(
    "a key with a blank is none",
    "key: before + key + after",
    "key: key + after",
  ),
  finder("commands/Explain.ts", "Explain.test.ts", "cli")(
    "what cannot be read is repeated",
    "isWhole ? redacted(expected) : undefined",
    "redacted(expected)",
  ),
  finder("Control.ts", "Control.test.ts")("one run is like the next", "= randomUUID()", '= ""'),
  finder("internal/opened.ts", "Control.test.ts")(
    "a notice is opened with today's key alone",
    "keyring.known(Number.POSITIVE_INFINITY)",
    "keyring.known(Number.POSITIVE_INFINITY).slice(0, 1)",
  ),
  door("no clock is looked at", "- clock) > window)", "- clock) > window * 1e9)"),
  door(
    "the path is signed unescaped",
    "target: call.target ?? call.path",
    "target: decodeURIComponent(call.target ?? call.path)",
  ),
  gateway("Gateway.ts", "GatewayV3.test.ts")(
    "a merchant is held against the time of a test",
    "given.now - clock.ahead()",
    "given.now",
  ),
  gateway("internal/v3/answer.ts", "GatewayV3.test.ts")("a 401 is signed", "verdict.status !== 401 && ", ""),
  gateway("PlatformKeys.ts", "GatewayV3.test.ts")(
    "one key signs whatever is named",
    "named(mchId, id, now) ?? usual(mchId, now)",
    "usual(mchId, now)",
  ),
  gateway("internal/v3/tradeBill.ts", "GatewayV3.test.ts")(
    "the digest is of the packed file",
    ".update(bill)",
    ".update(body)",
  ),
  gateway("internal/acceptance.ts", "NoticesV3.test.ts")(
    "the platform's address is told in its form",
    'protocol === "v3" && notifyUrl !== undefined',
    'protocol === "v3"',
  ),
  gateway("internal/acceptance.ts", "GatewayV3.test.ts")(
    "other amounts under a number are the same refund",
    "known.refundFee !== refundFee || order.totalFee !== totalFee",
    "order.totalFee !== totalFee",
  ),
  gateway("internal/v3/party.ts", "GatewayV3.test.ts")(
    "a provider's refund without a sub-merchant is its own",
    'if (subMchId === undefined) return wrong(location, "缺少必填字段");',
    'if (subMchId === undefined) return { _tag: "Party", subMchId };',
  ),
  gateway("internal/v3/answer.ts", "Mirror.test.ts")(
    "calls are counted and not limited",
    "limited === undefined ? endpoint.judge(world, visit)",
    "limited !== undefined || limited === undefined ? endpoint.judge(world, visit)",
  ),
  bill("bill: none that day, before its bill was made", 'now < readyAt(date) ? "not-ready" : "none"', '"none"'),
  bill("bill: a day to come has no refunds", "if (isOfNoBill(date, now)) return", "if (isOfNoBill(date, -now)) return"),
  billText("bill: a packed body of any size", "if (size > maxBytes)", "if (size < 0)"),
  billCells("bill: part of a fen is dropped", "([0-9]{0,2})0*)?$/", "([0-9]{0,2})[0-9]*)?$/"),
  billRow("bill: what was settled for what was asked", "at.asked === -1 ? settled :", "at.asked !== -2 ? settled :"),
  billRow(
    "bill: columns by their place",
    "return found === undefined ? -1 : names.indexOf(found);",
    "return found === undefined ? -1 : familiar.size;",
  ),
  billReader(
    "bill: cut off and not told",
    'this.state !== "after" || values.length < this.totals.length',
    'this.state === "header"',
  ),
  billReader("bill: another sum and not told", "if (BigInt(Math.abs(fen)) !== sum)", "if (sum < 0n)"),
  billReader("bill: lines lost and not told", "count < rows || count > rows + this.bad", "count < rows"),
  billReader("bill: a line that may be anybody's counts as read", "own - this.named)", "own - this.bad)"),
  books("books: missing before all bills are in", "all.every((date)", "all.some((date)"),
  books("books: missing in a bill that is cut off", "this.bills > 0 && this.partly === 0", "this.bills > 0"),
  books(
    "books: missing though its line cannot be read",
    "if (this.unread.has(entry.own.outRefundNo))",
    "if (this.unread.size < 0)",
  ),
  books("books: a contradiction taken for a match", 'isDenied.has(ours.truth) ? ["state"] : []', "[]"),
  books("books: the same number twice", "if (entry.seen !== undefined) {", "if (entry.seen === billed.outRefundNo) {"),
  books("books: another sub-merchant's refund", "mayBe(subMchId, billed.subMchId);", "true;"),
  days(
    "two processes at one day",
    'AND epoch = ${numberOf(raw["epoch"])}\n            AND beat = ${numberOf(raw["beat"])}',
    "",
  ),
  days("who was thought dead stores", "AND owner = ${owner} AND epoch = ${epoch}`", "`"),
  days(
    "a bill that is not believed yet leaves marks",
    "if (again === undefined) yield* Books.keep",
    "yield* Books.keep",
  ),
  days("a bill before ten in the morning", "now >= readyAt(yesterday) ? yesterday", "now >= 0 ? yesterday"),
  store(
    "missing after the first of two bills",
    "others.every((day) => before.get(own.id)?.has(day) === true)",
    "others.length >= 0",
  ),
  store("a bill that was cut off had all", "if (found.whole.has(day)) marks.push", "marks.push"),
  store("a refund whose row was removed is a stranger", "if (left.length === 0) return;", "return;"),
  dayOfBooks("that there is none is believed at once", "now < readyAt(date) + patience", "now < 0"),
  dayOfBooks("what a bill knows is not asked for", "[...result.found.doubted, ...open]", "open"),
  dayOfBooks("a bill that was cut off is not read again", "!whole && attempts < reads", "!whole && attempts < 0"),
  durable("internal/agreement.ts", "Reconciler.test.ts")(
    "an answer agrees with nobody",
    'return they ? "theirs" : "neither";',
    'return "neither";',
  ),
  messages(
    "the cursor moves before its messages are stored",
    "if (refunds.read + books.read === 0)",
    "if (refunds.read > 3)",
  ),
  messages("a poison event stands before all others", 'return "broken";', 'throw new Error("poison");'),
  messages("what is being tried is taken again", "due_at = ${now} + ${lease}", "due_at = ${now}"),
  messages(
    "who was thought dead has a say",
    "AND epoch = ${epoch} AND state = 'pending' RETURNING id`;",
    "AND state = 'pending' RETURNING id`;",
  ),
  messages("a disabled endpoint is sent to", 'endpoint["disabled_at"] === null', '"disabled_at" in endpoint'),
  messages("a new endpoint is told of all that was", "AS n)`;", "AS n) * 0`;"),
  messages("what waits is removed with what is over", "AND state = ${state}\n", "AND state <> ${state}\n"),
  endpointsOfHooks(
    "a replay is of anybody's messages",
    "WHERE endpoint = ${endpoint} AND id = ${id} AND payload <> ''",
    "WHERE id = ${id} AND payload <> ''",
  ),
  endpointsOfHooks("what rested comes back old", "attempts = 0, epoch = epoch + 1, since", "epoch = epoch + 1, since"),
  verdict("a redirect is a success", "status <= 299", "status <= 399"),
  verdict("410 is tried again", "if (status === 410)", "if (status === 411)"),
  verdict("three days are three hours", "patience = 72 * hour", "patience = 3 * hour"),
  verdict("Retry-After is heard for ever", "Math.min(answer.retryAfter ?? 0, longest)", "answer.retryAfter ?? 0"),
  verdict("Retry-After brings back sooner", "Math.max(wait, asked)", "asked || wait"),
  verdict("all come back together", "2 * jitter * random", "jitter"),
  address("a mapped address is one of IPv6", "NetAddress.toCanonical(ip)", "ip"),
  address("a machine reads its keys in its own network", "isIn(address, metadata)) return", "false) return"),
  address(
    "the internet in the clear",
    'if (kind === "public") return !inTheClear;',
    'if (kind === "public") return true;',
  ),
  posting(
    "addresses are not looked at when a name stands for them",
    "found.filter(({ address }) => may(address))",
    "[...found]",
  ),
  posting("a literal address is not looked at", "isIP(literal) !== 0 && !may(literal)", "isIP(literal) === 7"),
  posting("an answer is read to its end", "if (taken > most) outgoing.destroy();", "taken--;"),
  posting("nobody ends an attempt", "return Effect.sync(() => void outgoing.destroy());", "return Effect.void;"),
  hooks("server", "internal/webhooks/resolving.ts", "WebhookResolving.test.ts")(
    "names take all threads",
    "const most = 2;",
    "const most = 20;",
  ),
  hooks("server", "internal/webhooks/signing.ts", "WebhooksFile.test.ts")(
    "one secret signs alone",
    "keys.map((key) => {",
    "keys.slice(0, 1).map((key) => {",
  ),
  hooksFile("a misspelt field is nobody's", "if (!fields.includes(field)) say", 'if (field === "") say'),
  hooksFile(
    "a secret stands in the file",
    'typeof value === "string"\n      ? \'is a secret',
    "value === 1\n      ? 'is a secret",
  ),
  telling("messages.ts")(
    "a merchant's events are everybody's",
    "const isTold = (name: string | undefined): boolean => isAll ||",
    "const isTold = (name: string | undefined): boolean => !isAll ||",
  ),
  telling("messages.ts")("an id is new each time", 'idOf("refund", mchId,', "idOf(randomUUID(), mchId,"),
  telling("delivering.ts")("nothing is waited for at the end", "Effect.sleep(drain)", "Effect.void"),
  telling("configured.ts")(
    "secrets are those of the start",
    "if (wrong === undefined &&",
    "if (wrong === undefined ||",
  ),
  hooks("server", "internal/webhooks/handlers.ts", "Rights.test.ts")(
    "a webhook is seen by who may see one merchant of it",
    "merchants.every((name) => name !== everyMerchant",
    "merchants.some((name) => name !== everyMerchant",
  ),
  {
    name: "books over HTTP: a day is anybody's to see",
    file: "packages/server/src/internal/operations.ts",
    find: "return own.length > 0 && own.every(({ name }) => maySee(caller, name));",
    put: "return true;",
    project: "server",
    test: "Reconciliations.test.ts",
  },
  pages("pages/Entering.ts")(
    "a form needs no token of its session",
    'if (!isSame(fields.get("csrf")',
    'if (isSame("x", fields.get("csrf")',
  ),
  pages("pages/Entering.ts")(
    "a form may come from anywhere",
    "yield* fromOwnPage(request, door.isSecure);\n          const",
    "const",
  ),
  pages("pages/Entering.ts")(
    "who may not operate acts",
    'demand(coming.visitor.caller, "operate")',
    'demand(coming.visitor.caller, "none")',
  ),
  pages("pages/Entering.ts")(
    "who may not read sees a form again",
    'demand(visitor.caller, "read"),\n      Effect.map',
    'demand(visitor.caller, "none"),\n      Effect.map',
  ),
  pages("pages/Requests.ts")("a sister site is one's own", 'site === "same-origin"', 'site.startsWith("same-")'),
  pages("pages/Requests.ts")("a field may be given twice", "if (fields.has(name))", "if (name === '')"),
  pages("pages/Html.ts")("text is markup", "replace(/[&<>\"'`]/g", 'replace(/[&"]/g'),
  pages("pages/Html.ts")("text may end a value", "replace(/[&<>\"'`]/g", "replace(/[&<>]/g"),
  pages("pages/Door.ts")(
    "a session outlives its token",
    "const caller = yield* tokens.holder(session.token);",
    "const caller: Principal | undefined = everybody;",
  ),
  pages("pages/Door.ts")(
    "a session goes on under the name before",
    "sessions.end(idOf(request));\n          const id",
    "const id",
  ),
  pages("pages/Sessions.ts")("a script keeps somebody signed in", "if (looks) session.seen", "session.seen"),
  pages("pages/SignIn.ts")("one is led to another host", "(?![/\\\\])", ""),
  pages("internal/operations.ts")(
    "the list has every merchant",
    "if (only === undefined && caller.merchants.has(everyMerchant))",
    "if (only === undefined)",
  ),
  pages("Pages.ts", "Pages.test.ts")("more are acted on than were shown", "!(group.count <= shown)", "group.count < 0"),
  pages("pages/List.ts", "Pages.test.ts")(
    "the day that is named last is out",
    "midnight(until) + 86_400_000",
    "midnight(until)",
  ),
  words("checkup", "src/Translated.ts", "Translated.test.ts")(
    "the gateway's words are looked into",
    'if (kind === "theirs") known += given.length;',
    "",
  ),
  words("checkup", "src/Translated.ts", "Translated.test.ts")(
    "the first template that fits",
    "best = better(best, filled(template, found, work));",
    "best ??= filled(template, found, work);",
  ),
  words("checkup", "src/Translated.ts", "Translated.test.ts")(
    "no end to a text that costs more",
    "if (work.left < 0) return undefined;",
    "",
  ),
  words("checkup", "src/internal/words/template.ts", "Translated.test.ts")(
    "an empty hole",
    "if (at >= end) return undefined;",
    "",
  ),
  words("checkup", "src/internal/words/fields.ts", "Words.test.ts")(
    "a message without Chinese",
    '["must be an object", "必须是对象"],',
    "",
  ),
  words("checkup", "src/internal/words/fields.ts", "Words.test.ts")(
    "one thing said in two ways",
    '["must be an object", "必须是对象"],',
    '["must be an object", "必须是文本"],',
  ),
  words("cli", "src/Ending.ts", "Chinese.test.ts")("a failure in English", "(yield* Language.words)(text)", "text"),
  words("cli", "src/Ending.ts", "Chinese.test.ts")(
    "what is said in Chinese is looked into again",
    "isEnglish === true ?",
    "exitCode > 0 ?",
  ),
  words("cli", "src/batch/Load.ts", "Chinese.test.ts")(
    "bad rows in English",
    "words(plain(`${field} ${message}`))",
    "plain(`${field} ${message}`)",
  ),
  words("cli", "src/commands/Doctor.ts", "Chinese.test.ts")(
    "Chinese for programs",
    "run(json ? english : say,",
    "run(say,",
  ),
  words("cli", "src/Help.ts", "Chinese.test.ts")(
    "Effect's flags in English",
    "Option.map(flag.description, words)",
    "flag.description",
  ),
  clocks("Worker.ts", "Clocks.test.ts")(
    "a clock that was ahead between two looks only",
    "store.latest(before)",
    "-Infinity",
  ),
  clocks("RefundStore.ts", "RefundStoreSuite.test.ts")(
    "a call under way ends by a clock that was set back",
    "THEN progress_at - ${now} ELSE 0",
    "THEN 0 ELSE 0",
  ),
];
