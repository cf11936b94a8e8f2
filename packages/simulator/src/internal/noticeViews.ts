/** What the control interface shows of notices: where they went, what came back, and what is sealed in them. */
import * as Schema from "effect/Schema";
import type { Gateway } from "../Gateway.ts";
import type { Notice } from "../Notices.ts";
import { opened } from "./opened.ts";

const optionalText = Schema.optionalKey(Schema.String);
const decoder = new TextDecoder();

const Answer = Schema.Union([
  Schema.Struct({ status: Schema.Int, body: Schema.String }),
  Schema.Struct({ failure: Schema.String }),
  Schema.Struct({ forbidden: Schema.String }),
]);

export const NoticeView = Schema.Struct({
  id: Schema.Int,
  mchId: Schema.String,
  outRefundNo: Schema.String,
  status: Schema.String,
  /** When the refund got this status. */
  since: Schema.Int,
  url: Schema.String,
  form: Schema.Literals(["v2", "v3"]),
  state: Schema.Literals(["waiting", "acknowledged", "givenUp"]),
  /** When it is posted next. */
  nextAt: Schema.optionalKey(Schema.Int),
  attempts: Schema.Array(Schema.Struct({ at: Schema.Int, answer: Schema.optionalKey(Answer) })),
  /** The latest post. */
  body: optionalText,
  /** What is sealed in it, field by field; absent where nothing is, or no key of the merchant's opens it. */
  opened: Schema.optionalKey(Schema.Array(Schema.Tuple([Schema.String, Schema.String]))),
});

export const notice = (gateway: Gateway, notice: Notice): typeof NoticeView.Type => {
  const { id, mchId, outRefundNo, status, since, url, form, state, nextAt, attempts, body } = notice;
  const inside = opened(gateway, notice);
  return {
    id,
    mchId,
    outRefundNo,
    status,
    since,
    url,
    form,
    state,
    ...(nextAt !== undefined && { nextAt }),
    attempts,
    ...(body !== undefined && { body: decoder.decode(body) }),
    ...(inside !== undefined && { opened: inside }),
  };
};
