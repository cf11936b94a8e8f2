/** Every form of a bill that was recorded, written anew: header, lines and summary, and what they say. */

export interface Said {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly refundFee: number;
  readonly settlementRefundFee: number;
  readonly status: string;
}

export interface Form {
  readonly name: string;
  readonly text: string;
  readonly refunds: ReadonlyArray<Said>;
  readonly others: number;
}

const said = (
  outRefundNo: string,
  refundId: string,
  outTradeNo: string,
  refundFee: number,
  settlementRefundFee: number,
  status: string,
): Said => ({ outRefundNo, refundId, outTradeNo, refundFee, settlementRefundFee, status });

const mark = "\uFEFF";
const lines = (end: "\n" | "\r\n", ...all: ReadonlyArray<string>): string =>
  all.map((line) => `${line}${end}`).join("");
const cells = (...all: ReadonlyArray<string>): string => all.map((cell) => `\`${cell}`).join(",");

const who = ["wx0123456789abcdef", "1900000109", "0", ""];
const currentSummary = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
const earlySummary = "总交易单数,总交易额,总退款金额,总代金券或立减优惠退款金额,手续费总金额";

const refundNow =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const allNow = refundNow.replace(",退款申请时间,退款成功时间", "");
const refundEarly =
  "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率";

const order = ["4200002026112312345", "T-1", "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "JSAPI"];
const applied = ["2026-11-23 01:02:03", "2026-11-23 01:02:08"];

const lineNow = (number: string, id: string, settled: string, asked: string, status: string): string =>
  cells(
    "2026-11-23 01:02:03",
    ...who,
    ...order,
    "REFUND",
    "OTHERS",
    "CNY",
    "0.00",
    "0.00",
    ...applied,
    id,
    number,
    settled,
    "0.00",
    "ORIGINAL",
    status,
    "茶\\ 糖\\n和盐",
    "a",
    "-0.02000",
    "0.60%",
    "0.00",
    asked,
    "",
  );

const current: Form = {
  name: "REFUND, 29 columns, mark and CRLF",
  text:
    mark +
    lines(
      "\r\n",
      refundNow,
      lineNow("R-1", "50300001", "4.00", "5.00", "SUCCESS"),
      lineNow("R-2", "50300002", "0.01", "0.01", "PROCESSING"),
      currentSummary,
      "`2.0,`0.00,`4.01,`0.00,`-0.04000,`0.00,`5.01",
    ),
  refunds: [said("R-1", "50300001", "T-1", 500, 400, "SUCCESS"), said("R-2", "50300002", "T-1", 1, 1, "PROCESSING")],
  others: 0,
};

const all: Form = {
  name: "ALL, 27 columns, with payments and what was reversed",
  text: lines(
    "\n",
    allNow,
    cells(
      "2026-11-23 01:00:00",
      ...who,
      ...order,
      "SUCCESS",
      "OTHERS",
      "CNY",
      "10.00",
      "0.00",
      "0",
      "0",
      "0.00",
      "0.00",
      "",
      "",
      "茶",
      "",
      "0.06000",
      "0.60%",
      "10.00",
      "0.00",
      "",
    ),
    cells(
      "2026-11-23 01:02:03",
      ...who,
      ...order,
      "REFUND",
      "OTHERS",
      "CNY",
      "0.00",
      "0.00",
      "50300001",
      "R-1",
      "4.00",
      "0.50",
      "ORIGINAL",
      "SUCCESS",
      "茶",
      "",
      "-0.02000",
      "0.60%",
      "0.00",
      "5.00",
      "",
    ),
    cells(
      "2026-11-23 02:00:00",
      ...who,
      ...order,
      "REVOKED",
      "OTHERS",
      "CNY",
      "1.00",
      "0.00",
      "0",
      "0",
      "0.00",
      "0.00",
      "",
      "SUCCESS",
      "茶",
      "",
      "0.00000",
      "0.60%",
      "1.00",
      "0.00",
      "",
    ),
    currentSummary,
    "`3,`11.00,`4.00,`0.50,`0.04000,`11.00,`5.00",
  ),
  refunds: [said("R-1", "50300001", "T-1", 500, 400, "SUCCESS")],
  others: 2,
};

const early: Form = {
  name: "REFUND, 26 columns, without the columns of 免充值券",
  text: lines(
    "\n",
    refundEarly,
    cells(
      "2016-05-01 01:02:03",
      ...who,
      ...order,
      "REFUND",
      "CFT",
      "CNY",
      "0.0",
      "0.0",
      "2016-05-02 01:02:03",
      "2016-05-02 01:02:08",
      "2003000001",
      "R-1",
      "5.0",
      "0.0",
      "ORIGINAL",
      "SUCCESS",
      "茶",
      "",
      "-0.03000",
      "0.60%",
    ),
    earlySummary,
    "`1,`0.0,`5.0,`0.0,`-0.03000",
  ),
  refunds: [said("R-1", "2003000001", "T-1", 500, 500, "SUCCESS")],
  others: 0,
};

const earlyAll: Form = {
  name: "ALL, 24 columns, colons and commas in full width",
  text: lines(
    "\n",
    "交易时间,公众账号ID,商户号,子商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,总金额,代金券或立减优惠金额,微信退款单号,商户退款单号,退款金额,代金券或立减优惠退款金额，退款类型，退款状态,商品名称,商户数据包,手续费,费率",
    cells(
      "2014-11-10 16：33：45",
      ...who,
      ...order,
      "SUCCESS",
      "CFT",
      "CNY",
      "0.01",
      "0.0",
      "0",
      "0",
      "0",
      "0",
      "",
      "",
      "被扫支付",
      "",
      "0",
      "0.60%",
    ),
    cells(
      "2014-11-10 16：46：14",
      ...who,
      ...order,
      "REFUND",
      "CFT",
      "CNY",
      "0",
      "0",
      "2003000001",
      "R-1",
      "0.01",
      "0",
      "ORIGINAL",
      "SUCCESS",
      "被扫支付",
      "",
      "0",
      "0.60%",
    ),
    earlySummary,
    "`2,`0.01,`0.01,`0.0,`0",
  ),
  refunds: [said("R-1", "2003000001", "T-1", 1, 1, "SUCCESS")],
  others: 1,
};

const redPackets: Form = {
  name: "REFUND of 2017, with 企业红包",
  text: early.text
    .replace("代金券或立减优惠金额", "企业红包金额")
    .replace("代金券或立减优惠退款金额", "企业红包退款金额")
    .replace("总代金券或立减优惠退款金额", "总企业红包退款金额"),
  refunds: early.refunds,
  others: 0,
};

const recharged: Form = {
  name: "RECHARGE_REFUND, 28 columns, 返还手续费",
  text: lines(
    "\r\n",
    refundNow.replace("手续费", "返还手续费").replace(",费率备注", ""),
    lineNow("R-1", "50300001", "5.00000", "5.00", "CHANGE").slice(0, -2),
    currentSummary.replace(",充值券退款总金额", ""),
    "`1.0,`0.00,`5.00,`0.02000,`0.00,`5.00000",
  ),
  refunds: [said("R-1", "50300001", "T-1", 500, 500, "CHANGE")],
  others: 0,
};

const shuffled: Form = {
  name: "columns in another order, some left out and some new",
  text: lines(
    "\n",
    "新的列,申请退款金额,商户退款单号,退款状态,微信退款单号,退款金额,商户订单号,备注",
    "`x,`1.2,`R-1,`FAIL,`50300001,`1.200000,`T-1,`",
    "`,`12,`R-2,`SUCCESS,`50300002,`12.,`T-2,`y",
    "申请退款总金额,总交易单数,退款总金额",
    "`13.20,`2,`13.2",
  ),
  refunds: [said("R-1", "50300001", "T-1", 120, 120, "FAIL"), said("R-2", "50300002", "T-2", 1200, 1200, "SUCCESS")],
  others: 0,
};

const respread: Form = {
  name: "saved by a spreadsheet: quotes, empty cells at the end, an empty line",
  text: lines(
    "\r\n",
    "交易状态,微信退款单号,商户退款单号,退款金额,退款状态,商户订单号,申请退款金额,商品名称",
    '`REFUND,`50300001,`R-1,`4.00,`SUCCESS,`T-1,`5.00,"`茶,糖 ""特价"""',
    "REFUND,50300002,R-2,1,SUCCESS,T-1,1,盐,,",
    ",,,,,,,",
    "总交易单数,退款总金额,申请退款总金额,,,,,",
    "`2,`5.00,`6.00,,,,,",
  ),
  refunds: [said("R-1", "50300001", "T-1", 500, 400, "SUCCESS"), said("R-2", "50300002", "T-1", 100, 100, "SUCCESS")],
  others: 0,
};

export const forms: ReadonlyArray<Form> = [current, all, early, earlyAll, redPackets, recharged, shuffled, respread];
