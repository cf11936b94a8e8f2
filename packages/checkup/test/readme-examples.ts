/** The examples of the README, as they stand there. */
import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { Checks, Language, Translated, Words } from "@wechat-refund/checkup";
import { Effect } from "effect";

const ready = Checks.run(
  Language.english, // or Language.chinese
  { endpoint: undefined, signType: undefined, transport: UndiciTransport.layer },
  ({ detail, name, remedy, status }) => Effect.log(`${status} ${name}: ${detail}`, remedy ?? ""),
).pipe(Effect.map((checks) => checks.every(({ status }) => status !== "wrong")));

const remedy = Words.blocks(Language.chinese)["top-up"]; // 请为商户账户充值

const inChinese = Translated.translated(Language.chinese);
const told = inChinese("refundFee (refund_fee) must not be more than totalFee (total_fee), the whole order's amount");
// refundFee（refund_fee）不能大于 totalFee（total_fee），即整笔订单的金额

export { ready, remedy, told };
