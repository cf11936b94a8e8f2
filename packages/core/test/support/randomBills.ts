/** Bills at random by seed: of every form, whole or spoilt, with what was put into them. */

/** A generator of numbers from 0 up to a bound, the same for the same seed. */
export const seeded = (seed: number): ((bound: number) => number) => {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
};

export type Random = ReturnType<typeof seeded>;

export interface Refund {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly asked: number;
  readonly settled: number;
  readonly status: string;
}

export interface RandomBill {
  readonly text: string;
  readonly refunds: ReadonlyArray<Refund>;
  readonly others: number;
}

const pick = <A>(random: Random, of: ReadonlyArray<A>): A => of[random(of.length)] as A;

const yuan = (random: Random, fen: number, least = 0): string => {
  const text = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
  switch (random(4)) {
    case 0:
      return text;
    case 1:
      return text + "0".repeat(random(6));
    case 2:
      return least > 0 ? text : text.replace(/\.?0+$/, "") || "0";
    default:
      return text.replace(/0$/, "");
  }
};

const shuffled = <A>(random: Random, all: ReadonlyArray<A>): Array<A> => {
  const rest = [...all];
  const out: Array<A> = [];
  while (rest.length > 0) out.push(...rest.splice(random(rest.length), 1));
  return out;
};

const texts = ["", "茶", "a\\ b", "总价", "`x", "x,y", '"q"', "REFUND", "0", "\uFFFD", "：", "1.2"];

/** A whole bill. */
export const randomBill = (random: Random): RandomBill => {
  const isEarly = random(2) === 0;
  const isAll = random(2) === 0;
  const columns = [
    "交易时间",
    "公众账号ID",
    "商户号",
    isEarly ? "子商户号" : "特约商户号",
    "设备号",
    "微信订单号",
    "商户订单号",
    "用户标识",
    "交易类型",
    "交易状态",
    "付款银行",
    "货币种类",
    isEarly ? "总金额" : "应结订单金额",
    pick(random, ["代金券金额", "代金券或立减优惠金额", "企业红包金额"]),
    ...(isAll ? [] : ["退款申请时间", "退款成功时间"]),
    "微信退款单号",
    "商户退款单号",
    "退款金额",
    pick(random, ["充值券退款金额", "代金券或立减优惠退款金额", "企业红包退款金额"]),
    "退款类型",
    "退款状态",
    "商品名称",
    "商户数据包",
    pick(random, ["手续费", "返还手续费"]),
    "费率",
    ...(isEarly ? [] : ["订单金额", "申请退款金额"]),
    ...(random(2) === 0 ? ["费率备注"] : []),
    ...(random(4) === 0 ? ["新的列"] : []),
  ];
  const order = random(2) === 0 ? columns : shuffled(random, columns);
  const kept = random(3) === 0 ? order.filter((name) => !["设备号", "用户标识", "付款银行"].includes(name)) : order;
  // What a spreadsheet does to a line; a merchant's text has no signs of a table then.
  const isSaved = random(5) === 0;
  const end = pick(random, ["\n", "\r\n"]);
  const colon = pick(random, [":", "：", ":"]);
  const refunds: Array<Refund> = [];
  let others = 0;
  const rows = Array.from({ length: random(12) }, (_, n) => {
    const isRefund = !isAll || random(2) === 0;
    const asked = 1 + random(pick(random, [100, 10_000, 2_000_000_000]));
    const settled = isEarly ? asked : asked - random(Math.min(asked, 50));
    const refund: Refund = {
      outRefundNo: `R-${n}-${random(1_000_000)}|*@`.slice(0, 4 + random(12)),
      refundId: `5030000${n}${random(1_000_000)}`,
      outTradeNo: `T-${random(1_000_000)}`,
      asked,
      settled,
      status: pick(random, ["SUCCESS", "PROCESSING", "FAIL", "CHANGE"]),
    };
    if (isRefund) refunds.push(refund);
    else others++;
    const words = () => (isSaved ? "茶" : pick(random, texts));
    const values: Readonly<Record<string, string>> = {
      交易时间: `2026-11-23 0${random(10)}${colon}02${colon}03`,
      商户号: "1900000109",
      特约商户号: pick(random, ["0", "1900000110"]),
      微信订单号: `4200000${random(1_000_000)}`,
      商户订单号: refund.outTradeNo,
      交易状态: isRefund ? "REFUND" : pick(random, ["SUCCESS", "REVOKED"]),
      货币种类: pick(random, ["CNY", "CNY", "CNY", "CNY", ""]),
      微信退款单号: isRefund ? refund.refundId : pick(random, ["0", ""]),
      商户退款单号: isRefund ? refund.outRefundNo : pick(random, ["0", ""]),
      退款金额: isRefund ? yuan(random, settled) : "0",
      申请退款金额: isRefund ? yuan(random, asked) : "0.00",
      退款状态: isRefund ? refund.status : "",
      商品名称: words(),
      商户数据包: words(),
    };
    const cells = kept.map((name) => values[name] ?? pick(random, ["0.00", "-0.02000", ""]));
    if (!isSaved) return cells.map((cell) => `\`${cell}`).join(",");
    return cells.map((cell) => (random(8) === 0 ? `"\`${cell}"` : random(2) === 0 ? `\`${cell}` : cell)).join(",");
  });
  const sum = (of: (refund: Refund) => number) => refunds.reduce((total, refund) => total + of(refund), 0);
  const totals: Array<readonly [string, string]> = [
    ["总交易单数", pick(random, [String(rows.length), `${rows.length}.0`])],
    [isEarly ? "总交易额" : "应结订单总金额", "0.00"],
    [
      isEarly ? "总退款金额" : "退款总金额",
      yuan(
        random,
        sum(({ settled }) => settled),
      ),
    ],
    ...(random(2) === 0 ? [["充值券退款总金额", "0"] as const] : []),
    ["手续费总金额", "-0.02000"],
    ...(isEarly
      ? []
      : ([
          ["订单总金额", "0.00"],
          [
            "申请退款总金额",
            yuan(
              random,
              sum(({ asked }) => asked),
            ),
          ],
        ] as const)),
  ];
  const lines = [
    kept.join(random(6) === 0 ? "，" : ","),
    ...rows,
    totals.map(([name]) => name).join(","),
    totals.map(([, value]) => `\`${value}`).join(","),
  ];
  const last = random(4) === 0 ? "" : end;
  return { text: `${random(2) === 0 ? "\uFEFF" : ""}${lines.join(end)}${last}`, refunds, others };
};

const signs = ["`", ",", '"', "\n", "\r", "，", "0", ".", "总", "<", " ", "\uFEFF", ",`", "x", "-"];

/** A bill of which something was changed, cut out, doubled or put in another place. */
export const spoilt = (random: Random, text: string): string => {
  let spoilt = text;
  for (let n = 1 + random(3); n > 0; n--) {
    const at = random(spoilt.length + 1);
    const lines = spoilt.split("\n");
    switch (random(6)) {
      case 0:
        spoilt = spoilt.slice(0, at);
        break;
      case 1:
        spoilt = spoilt.slice(0, at) + pick(random, signs) + spoilt.slice(at);
        break;
      case 2:
        spoilt = spoilt.slice(0, at) + pick(random, signs) + spoilt.slice(at + 1);
        break;
      case 3:
        spoilt = spoilt.slice(0, at) + spoilt.slice(at + random(60));
        break;
      case 4: {
        const line = random(lines.length);
        spoilt = [...lines.slice(0, line), ...lines.slice(line, line + 1), ...lines.slice(line)].join("\n");
        break;
      }
      default:
        spoilt = shuffled(random, lines).join("\n");
    }
  }
  return spoilt;
};
