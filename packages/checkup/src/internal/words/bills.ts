import type { Pair } from "./pair.ts";

/** Bills (对账单) and what is compared with them. */
export const bills: ReadonlyArray<Pair> = [
  // There is none.
  ["nothing was traded on that day (No Bill Exist)", "当天没有交易（No Bill Exist）"],
  [
    "the bill is not there yet: it can be had from ten in the morning of the day after, Beijing time, if anything was traded; ask again each half hour",
    "账单尚未生成：当日如有交易，次日上午十点（北京时间）后可下载；请每半小时再试",
  ],
  [
    "there is no bill of that day: bills are of days gone by, and kept for three months",
    "没有当天的账单：只提供过往三个月内的账单",
  ],
  [
    "the merchant may not download bills: grant it in the merchant platform (商户平台, 交易账单), or ask as the merchant whose they are",
    "该商户没有下载账单的权限：请在商户平台开通（交易账单），或以账单所属的商户下载",
  ],
  [
    "the request was refused: check the merchant's numbers (appid, mch_id), its key (API密钥, in APIv3 the private key with its serial number) and the date",
    "请求被拒绝：请检查 appid、mch_id、API密钥（APIv3 为私钥与证书序列号）与日期",
  ],
  [
    "its refunds are of {0}, and none is of {1}: give the bill of that day",
    "其中的退款属于 {0}，没有 {1} 的：请提供该日的账单",
  ],
  ["the gateway could not give it: ask again later", "微信支付暂时无法提供：请稍后再试"],
  [
    "an HTML page instead of a bill: something between here and the gateway answered; check endpoint and proxy",
    "收到的是 HTML 页面，而不是账单：应答的不是微信支付，请检查接口地址与代理",
  ],
  [
    "the answer is neither a bill nor a message of the gateway: ask again",
    "应答既不是账单，也不是微信支付的报文：请再试",
  ],
  ["must be a day such as 2026-11-23, in Beijing", "必须是日期，如 2026-11-23（北京时间）"],
  ["must be a day as YYYY-MM-DD, in Beijing time", "必须是 YYYY-MM-DD 格式的日期（北京时间）"],
  ["must be a day such as 2026-11-23", "必须是日期，如 2026-11-23"],
  ["must be one of {0}", "必须是以下之一：{0}"],
  ["must be ALL, SUCCESS or REFUND", "必须是 ALL、SUCCESS 或 REFUND"],
  ["must be REFUND or ALL: APIv3 has no bill of its own for it", "必须是 REFUND 或 ALL：APIv3 没有单独的此类账单"],
  ["hash_value is not a SHA-1", "hash_value 不是 SHA-1"],
  ["download_url is not an https: address", "download_url 不是 https 地址"],
  ["must be the address that the first step told, with its path", "必须是第一步返回的地址，含路径"],
  // Its bytes.
  [
    "the bill is larger than {0} bytes when unpacked; raise the limit if it may be",
    "账单解压后超过 {0} 字节；确有需要请提高上限",
  ],
  ["the packed bill (gzip) is cut off or damaged; download it again", "压缩的账单（gzip）不完整或已损坏；请重新下载"],
  ["the bill cannot be read", "账单无法读取"],
  // Its table.
  ["is longer than {0} characters", "超过 {0} 个字符"],
  ["stands after the summary", "位于汇总之后"],
  ["stands before the header", "位于表头之前"],
  [
    "its refunds cannot be told: {!0}; take the bill of type ALL or REFUND as it was downloaded",
    "无法识别其中的退款：{0}；请使用下载的 ALL 或 REFUND 类型账单原件",
  ],
  ["it has no column {0}, it has two columns {1}", "缺少列 {0}，列 {1} 重复"],
  ["it has no column {0}", "缺少列 {0}"],
  ["it has two columns {0}", "列 {0} 重复"],
  [
    "it is no bill: no line names the columns, such as 商户退款单号 and 退款金额",
    "不是账单：没有列名行（如 商户退款单号、退款金额）",
  ],
  [
    "it is cut off: its summary (总交易单数 …) is not all there; download it again",
    "账单不完整：汇总行（总交易单数……）不全；请重新下载",
  ],
  ["its summary cannot be read: {0} is not a number", "汇总无法读取：{0} 不是数字"],
  ["its summary cannot be read: {0} is not an amount", "汇总无法读取：{0} 不是金额"],
  [
    "its summary counts {0} lines ({1}), and it has {2} to {3}; download it again",
    "汇总为 {0} 行（{1}），实有 {2} 到 {3} 行；请重新下载",
  ],
  [
    "its summary counts {0} lines ({1}), and it has {2}; download it again",
    "汇总为 {0} 行（{1}），实有 {2} 行；请重新下载",
  ],
  ["its summary says {0} ({1}), and its refunds add up to {2}", "汇总金额为 {0}（{1}），而退款合计为 {2}"],
  ["has {0} cells, the header names {1} columns", "有 {0} 格，而表头有 {1} 列"],
  ["is a refund without its numbers (商户退款单号, 微信退款单号)", "是退款，却没有商户退款单号与微信退款单号"],
  [
    "holds a number that a spreadsheet has rounded (商户退款单号, 微信退款单号)",
    "单号被表格软件改成了科学计数法（商户退款单号、微信退款单号）",
  ],
  [
    "holds bytes that are no text in a number (商户退款单号, 微信退款单号)",
    "单号（商户退款单号、微信退款单号）中含有不是文本的字节",
  ],
  ["{0} is not an amount in yuan of whole fen", "{0}不是以元为单位、精确到分的金额"],
  ["{0} is below zero", "{0}小于零"],
  // What differs, and what to do.
  ["nothing", "无需处理"],
  [
    "ask for it by a signed query, and book what that says; never send it again under another number",
    "请以带签名的查询核实，按查询结果入账；切勿换单号重发",
  ],
  [
    "ask for it by its number: if the books lost it, record it as attempted before; if it was made elsewhere, book it as that",
    "请按单号查询：若是账上遗漏，按“已尝试”登记；若是在别处发起，据此入账",
  ],
  [
    "ask for it by a signed query: where there is no such refund, it goes on under the same number and fields, never under another",
    "请以带签名的查询核实：若微信没有这笔退款，用原单号、原字段继续，切勿换单号",
  ],
  [
    "ask for it by a signed query: with one refund_id the line only stands twice, with two the money went back twice",
    "请以带签名的查询核实：微信退款单号相同只是重复列出，不同则是退了两次",
  ],
  [
    "book it: it was made in the merchant platform (商户平台) or by another system of the merchant",
    "请据此入账：在商户平台或商户的其他系统发起",
  ],
  [
    "an alarm: ask for it by a signed query, and let a person decide; the books stay as they are, and nothing is paid otherwise meanwhile",
    "告警：请以带签名的查询核实并由人工决定；账上不改，其间不得另行支付",
  ],
  // The store's books.
  [
    "{0}: refund {1} is {2} here, and the bill has it ({3}): nothing is overwritten; ask, and let a person decide",
    "{0}：退款 {1} 在本地为 {2}，而账单中有这笔退款（{3}）：不会覆盖；请查询并由人工决定",
  ],
  ["the books of {0} on {1}", "{0} 在 {1} 的账目"],
  ["{!0}: {1} refunds in the bill, {2} differences", "{0}：账单中有 {1} 笔退款，{2} 处差异"],
  [
    "{!0}: {1} refunds in the bill, {2} differences; the bill did not come whole, and is read again",
    "{0}：账单中有 {1} 笔退款，{2} 处差异；账单不完整，将再次读取",
  ],
  [
    "{!0}: {1} refunds in the bill, {2} differences; not all of the bill could be read",
    "{0}：账单中有 {1} 笔退款，{2} 处差异；账单未能全部读取",
  ],
  ["the bill did not come whole", "账单不完整"],
  ["it was not answered for a day", "一天没有得到答复"],
  ["differences are being asked for", "正在查询差异"],
  ["no bill of {0} on {1} yet: {=2}", "{0} 在 {1} 的账单尚未取得：{2}"],
  ["{0} on {1}: given up, for another process has it by now", "{0} 在 {1} 的对账：已由其他进程接手，放弃"],
  ["{0} on {1}: the reconciler met a defect", "{0} 在 {1} 的对账：出现内部错误"],
  ["the reconciler met a defect", "对账出现内部错误"],
  ["the books wait for the store: {0}", "对账等待存储恢复：{0}"],
  // A table of own refunds.
  ["must be a whole number of fen (分): 1.00 yuan is 100", "必须是以分为单位的整数：1.00 元填 100"],
  ["must be an amount in yuan of at most two decimals, such as 1.00", "必须是以元为单位、最多两位小数的金额，如 1.00"],
  ["is another amount than refund_fee: leave one of the columns", "与 refund_fee 的金额不一致：请只保留其中一列"],
  ["stands in two columns: leave one of them", "出现在两列中：请只保留一列"],
  [
    "has no column: the first line must name the columns, such as out_refund_no,refund_fee,state",
    "没有对应的列：首行必须是列名，如 out_refund_no,refund_fee,state",
  ],
  ["is empty: the first line must name the columns", "内容为空：首行必须是列名"],
  ["is not CSV ({=0})", "不是 CSV（{0}）"],
  ["cannot be read", "无法读取"],
  [
    "is an archive or a spreadsheet (.zip, .xlsx, .xls): unpack it, or save it as CSV UTF-8, and give that file",
    "是压缩包或电子表格（.zip、.xlsx、.xls）：请解压，或另存为 CSV UTF-8 后再使用",
  ],
  ["is empty: download the bill again", "内容为空：请重新下载账单"],
  ["no regular file", "不是普通文件"],
];
