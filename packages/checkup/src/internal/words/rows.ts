import type { Pair } from "./pair.ts";

/** The rows of a file of refunds. */
export const rows: ReadonlyArray<Pair> = [
  ["is no field of a refund: leave it out, or correct it to one of {0}", "不是退款的字段：请去掉，或改为以下之一：{0}"],
  ["is given twice, under both of its names: leave one of them", "以两种名称重复填写：请只保留一个"],
  [
    "was rounded by a spreadsheet: format the column as text and fill it again",
    "已被电子表格取整：请将该列设为文本格式后重新填写",
  ],
  ["must be a text: a number would be rounded", "必须是文本：数字会被取整"],
  ["must be a text: a number of so many digits is rounded", "必须是文本：位数过多的数字会被取整"],
  [
    "must be a whole number of fen (分) in plain digits, at least 1: 1.00 yuan is 100",
    "必须是以分为单位的纯数字整数，最小为 1：1.00 元填 100",
  ],
  ["must be a number", "必须是数字"],
  ["is the number of line {0}: each refund needs its own", "与第 {0} 行的单号相同：每笔退款要有自己的单号"],
  [
    "differs from line {0}, which is of the same order: it is the whole order's amount",
    "与同一订单的第 {0} 行不同：此处应为整笔订单的金额",
  ],
  [
    "makes the refunds of this order {0} fen in all, more than its total_fee of {1}",
    "使该订单的退款合计达 {0} 分，超过其 total_fee（{1}）",
  ],
  ["a quote is opened and not closed", "引号没有闭合"],
  [
    'a quote stands inside a value: put the value in quotes and write "" for each',
    '值中有引号：请给整个值加引号，其中的每个引号写成 ""',
  ],
  [
    'something follows a closing quote: write "" for a quote inside a value, and a comma between columns',
    '结束引号后还有内容：值中的引号请写成 ""，各列用逗号分隔',
  ],
  ["(file)", "（文件）"],
  ["column {0}", "第 {0} 列"],
  ["is empty: the first line must name the fields", "内容为空：首行必须是字段名"],
  ["has {0} values, the first line has {1} names", "有 {0} 个值，而首行有 {1} 个字段名"],
  ["must be one JSON object", "必须是一个 JSON 对象"],
  [
    "is a spreadsheet (.xlsx, .xls): save it as CSV UTF-8 (另存为 CSV UTF-8), and give that file",
    "是电子表格（.xlsx、.xls）：请另存为 CSV UTF-8 后再使用",
  ],
  [
    "separates its columns otherwise than by commas: save it as CSV UTF-8 with commas (逗号分隔)",
    "各列不是用逗号分隔：请另存为 CSV UTF-8（逗号分隔）",
  ],
  [
    "is not UTF-8: save it as UTF-8 (in spreadsheets: CSV UTF-8), a GBK file would garble refund_desc",
    "不是 UTF-8：请另存为 UTF-8（电子表格中选 CSV UTF-8），GBK 文件会使 refund_desc 乱码",
  ],
  ["has no rows", "没有数据行"],
  ["{0} bad line in {1}; nothing was sent", "{1} 有 {0} 行有误；没有发出任何请求"],
  ["{0} bad lines in {1}; nothing was sent", "{1} 有 {0} 行有误；没有发出任何请求"],
  ["{0} bad lines in {1}; nothing was compared", "{1} 有 {0} 处有误；没有对账"],
  ["nothing was sent", "没有发出任何请求"],
  [
    "Refund {0} of {1} rows, {2}, for merchant {3} at {4}, kept in {5}? Give --yes to send them.",
    "共 {1} 行，将退款 {0} 笔，合计 {2}，商户 {3}，接口 {4}，存储 {5}。确认发送请加 --yes。",
  ],
  [
    "{0} was recorded with other fields ({1}; {2} of {3} fen): a number keeps its fields, take a new number for another refund",
    "{0} 已以其他字段登记（{1}；{3} 分中的 {2} 分）：单号与字段不可更改，另一笔退款请用新单号",
  ],
  [
    "{0} rows are other refunds than those that the store {1} holds under their numbers; nothing was sent",
    "有 {0} 行与存储 {1} 中同单号的退款不同；没有发出任何请求",
  ],
  ["{0}: say --format csv or --format ndjson", "{0}：请指定 --format csv 或 --format ndjson"],
];
