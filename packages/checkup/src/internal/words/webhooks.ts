import type { Pair } from "./pair.ts";

/** Webhooks: the file that names them, what becomes of messages, and what the API says of them. */
export const webhooks: ReadonlyArray<Pair> = [
  // The file.
  ["the webhooks in {0}: {=1}", "{0} 中的 Webhook：{1}"],
  ["--webhooks: {=0}", "--webhooks：{0}"],
  ["webhooks is missing: it is the list of the endpoints", "缺少 webhooks：它是接收端的列表"],
  ["webhooks has more than {0} endpoints", "webhooks 中的接收端超过 {0} 个"],
  ["{0} must be an object with {1}", "{0} 必须是含有 {1} 的对象"],
  ["is no field of {=0}: there are {1}", "不是{0}的字段：可用的有 {1}"],
  ["a webhook", " Webhook "],
  ["is missing: the endpoint is called by it", "未填写：接收端以此命名"],
  ["is another endpoint's already", "已被另一个接收端使用"],
  ["must be an address such as https://erp.example/refunds", "必须是地址，如 https://erp.example/refunds"],
  ["must begin with https://", "必须以 https:// 开头"],
  [
    "must begin with https://: in the clear only an address that allow names is reached, of one's own networks",
    "必须以 https:// 开头：只有 allow 列出的自有网络地址才能以明文访问",
  ],
  ["must hold no user and no password: the signature says who sends", "不能含用户名和密码：签名已表明发送方"],
  ["must have nothing after #, for that is not sent", "# 之后不能有内容：该部分不会发送"],
  [
    'must be a list of types of events, such as ["refund.*"]; there are {0}',
    '必须是事件类型的列表，如 ["refund.*"]；可用的有 {0}',
  ],
  ["has one that there is not: there are {0}", "含有不存在的类型：可用的有 {0}"],
  ["has one that there is not: did you mean {0}?", "含有不存在的类型：是否应为 {0}？"],
  ['must be a list of names of merchants, or ["*"]', '必须是商户名称的列表，或 ["*"]'],
  [
    'must be a list of hosts, addresses or networks, such as ["erp.internal", "10.1.0.0/16"]',
    '必须是主机、地址或网段的列表，如 ["erp.internal", "10.1.0.0/16"]',
  ],
  [
    "holds what is no network: after the prefix, such as in 10.1.0.0/16, all bits are 0",
    "含有无效的网段：前缀之后的各位须为 0，如 10.1.0.0/16",
  ],
  [
    "names another host than url: give that host, or an address or network",
    "所列主机与 url 不同：请填写该主机，或地址、网段",
  ],
  ['must be { "file": "a path" } or { "variable": "a name" }', '必须是 { "file": "路径" } 或 { "variable": "变量名" }'],
  [
    "must be {0} and {1} to {2} random bytes in base64; wechat-refund webhooks secret makes one",
    "必须是 {0} 加 {1} 到 {2} 个随机字节的 base64；可用 wechat-refund webhooks secret 生成",
  ],
  [
    "{0}: {1} is the same as secret: leave it out, or give the one that was used before",
    "{0}：{1} 与 secret 相同：请去掉，或填写之前使用的密钥",
  ],
  [
    "{0}: {1} is in a file that its group or everybody may read: run chmod 600 on it",
    "{0}：{1} 所在的文件可被同组或所有用户读取：请执行 chmod 600",
  ],
  ["names a file that cannot be read ({0})", "所指文件无法读取（{0}）"],
  [
    "others than its owner may write to it, and so have events sent elsewhere; chmod 600 it",
    "所有者以外的用户可以写入，从而把事件发往别处；请执行 chmod 600",
  ],
  ["there is no such file; docs/service.md shows one", "没有该文件；示例见 docs/service.md"],
  ["the webhook {0} is for the merchant {1}, and there is none", "Webhook {0} 指向商户 {1}，但没有该商户"],
  ["must be the name of a webhook", "必须是 Webhook 的名称"],

  // What becomes of messages.
  ["{0} webhooks were read again from {1}", "已从 {1} 重新读取 {0} 个 Webhook"],
  ["a ping of the webhook {0} ended: {=1}", "Webhook {0} 的测试消息结果：{1}"],
  ["the webhook {0} takes messages again", "Webhook {0} 已恢复接收"],
  ["the webhook {0} took no message: {=1}; it is tried again", "Webhook {0} 未接收消息：{1}；将重试"],
  [
    "the webhook {0} is disabled: {=1}. What is for it rests until somebody enables it again",
    "Webhook {0} 已停用：{1}。发往它的消息暂停，直至有人重新启用",
  ],
  [
    "{0} messages to the webhook {1} are dead, the last one for this: {=2}",
    "发往 Webhook {1} 的 {0} 条消息已放弃，最近一条的原因：{2}",
  ],
  ["a message to the webhook {0} met a defect", "发往 Webhook {0} 的消息遇到内部错误"],
  ["what came of a message to the webhook {0} was not stored: {1}", "发往 Webhook {0} 的消息结果未能写入：{1}"],
  ["the webhook {0} waits for the store: {1}", "Webhook {0} 正在等待存储：{1}"],
  ["the webhook {0} met a defect", "Webhook {0} 遇到内部错误"],
  ["what is over of the webhooks cannot be removed yet: {0}", "Webhook 的历史消息暂时无法清理：{0}"],
  ["it answered with the status {0}", "应答状态为 {0}"],
  ["it answered with the status {0}: it wants nothing any more", "应答状态为 {0}：不再接收"],
  [
    "it answered with the status {0}: redirects are not followed, give the new address in the file",
    "应答状态为 {0}：不跟随重定向，请在文件中填写新地址",
  ],
  ["it did not answer within {0} s", "{0} 秒内没有应答"],
  ["it could not be reached, or did not answer by HTTP ({0})", "无法连接，或应答不是 HTTP（{0}）"],
  [
    "its address is not public, and the file does not allow it: see allow in the webhooks file (docs/service.md)",
    "其地址不是公网地址，文件也未允许：见 Webhook 文件中的 allow（docs/service.md）",
  ],
  ["the event cannot be read", "事件无法读取"],

  // The API.
  ["The webhook is not disabled", "该 Webhook 未被停用"],
  ["it takes messages already", "它已在接收消息"],
  [
    "there is no such webhook, or the token may not see all merchants that it is told of",
    "没有该 Webhook，或该令牌无权查看其涉及的全部商户",
  ],
  ["there is no such delivery to this webhook, or it is kept no more", "该 Webhook 没有这条消息，或已不再保留"],
  ["must be the id of a delivery", "必须是消息的编号"],
  ["must be the id of a delivery, as a text", "必须是消息的编号，以文本给出"],
  ["must be dead or all", "必须是 dead 或 all"],
  ["must be the position of an event", "必须是事件的位置"],
  ["names one message: leave which and the range out", "已指定一条消息：请去掉 which 与范围"],
  ["must say which: delivery, or a range by {0}", "必须指明对象：delivery，或以 {0} 指定范围"],

  // What must hold of a store.
  [
    "a message to a webhook that waits has its time, and one that ended has none",
    "待投递的 Webhook 消息都有下次时间，已结束的没有",
  ],
  ["a message to a webhook is of an event that its endpoint was told", "Webhook 消息都来自其接收端已处理到的事件"],
];
