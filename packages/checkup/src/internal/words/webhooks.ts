import type { Pair } from "./pair.ts";

/** Webhooks: the file that names them, and what becomes of their messages. */
export const webhooks: ReadonlyArray<Pair> = [
  // The file.
  ["the webhooks in {0}: {=1}", "{0} 中的 Webhook：{1}"],
  ["--webhooks: {=0}", "--webhooks：{0}"],
  ["is no field of {=0}: there are {1}", "不是{0}的字段：可用的有 {1}"],
  ["a webhook", " Webhook 配置"],
  [
    'must be a list of hosts, addresses or networks, such as ["erp.internal", "10.1.0.0/16"]',
    '必须是主机、地址或网段的列表，如 ["erp.internal", "10.1.0.0/16"]',
  ],
  [
    "holds what is no network: after the prefix, such as in 10.1.0.0/16, all bits are 0",
    "含有不是网段的内容：前缀之后的位须全为 0，如 10.1.0.0/16",
  ],
  [
    "names another host than url: give that host, or an address or network",
    "与 url 的主机不同：请填写该主机，或地址、网段",
  ],
  ["must be an address such as https://erp.example/refunds", "必须是地址，如 https://erp.example/refunds"],
  ["must begin with https://", "必须以 https:// 开头"],
  [
    "must begin with https://: in the clear only an address that allow names is reached, of one's own networks",
    "必须以 https:// 开头：明文只能发往 allow 所列的自有网络地址",
  ],
  ["must hold no user and no password: the signature says who sends", "不能含用户名和密码：由签名表明发送者"],
  ["must have nothing after #, for that is not sent", "# 之后不能有内容：该部分不会发送"],
  [
    'must be a list of types of events, such as ["refund.*"]; there are {0}',
    '必须是事件类型的列表，如 ["refund.*"]；可用的有 {0}',
  ],
  ["has one that there is not: there are {0}", "含有不存在的类型：可用的有 {0}"],
  ["has one that there is not: did you mean {0}?", "含有不存在的类型：是否应为 {0}？"],
  ['must be a list of names of merchants, or ["*"]', '必须是商户名称的列表，或 ["*"]'],
  ['must be { "file": "a path" } or { "variable": "a name" }', '必须是 { "file": "路径" } 或 { "variable": "变量名" }'],
  ["webhooks is missing: it is the list of the endpoints", "缺少 webhooks：它是端点的列表"],
  ["webhooks has more than {0} endpoints", "webhooks 超过 {0} 个端点"],
  ["{=0} must be an object with {1}", "{0}必须是包含 {1} 的对象"],
  ["is missing: the endpoint is called by it", "未填写：端点以它为名称"],
  ["is another endpoint's already", "已被另一个端点使用"],
  [
    "others than its owner may write to it, and so have events sent elsewhere; chmod 600 it",
    "所有者以外的用户也能写入，可借此把事件发往别处；请执行 chmod 600",
  ],
  ["there is no such file; docs/service.md shows one", "没有这个文件；示例见 docs/service.md"],
  [
    "is in a file that its group or everybody may read: run chmod 600 on it",
    "所在的文件可被同组用户或所有人读取：请执行 chmod 600",
  ],
  [
    "is the same as secret: leave it out, or give the one that was used before",
    "与 secret 相同：请去掉，或填写之前使用的密钥",
  ],
  ["the webhook {0} is for the merchant {1}, and there is none", "Webhook {0} 指向商户 {1}，而没有这个商户"],
  ["names a file that cannot be read ({0})", "指定的文件无法读取（{0}）"],
  [
    "must be {0} and {1} to {2} random bytes in base64; wechat-refund webhooks secret makes one",
    "必须是 {0} 加 {1} 到 {2} 个随机字节的 base64；可用 wechat-refund webhooks secret 生成",
  ],
  ["{0} webhooks were read again from {1}", "已从 {1} 重新读取 {0} 个 Webhook"],
  // Their messages.
  ["a ping of the webhook {0} ended: {=1}", "Webhook {0} 的测试消息已结束：{1}"],
  ["the webhook {0} takes messages again", "Webhook {0} 已恢复接收消息"],
  ["the webhook {0} took no message: {!1}; it is tried again", "Webhook {0} 没有接收消息：{1}；将重试"],
  [
    "the webhook {0} is disabled: {!1}. What is for it rests until somebody enables it again",
    "Webhook {0} 已停用：{1}。发给它的消息将等待，直到有人重新启用",
  ],
  [
    "{0} messages to the webhook {1} are dead, the last one for this: {=2}",
    "发给 Webhook {1} 的 {0} 条消息已放弃，最后一条的原因：{2}",
  ],
  ["a look at the file of the webhooks met a defect", "查看 Webhook 文件时出现内部错误"],
  ["the removal of what is over of the webhooks met a defect", "清除 Webhook 已了结的记录时出现内部错误"],
  ["a message to the webhook {0} met a defect", "向 Webhook {0} 发送消息时出现内部错误"],
  ["what came of a message to the webhook {0} was not stored: {1}", "向 Webhook {0} 发送消息的结果未能写入存储：{1}"],
  ["it answered with the status {0}", "应答状态码 {0}"],
  ["it is of a merchant that the file names for this webhook no more", "其商户已不在该 Webhook 的文件配置中"],
  ["it answered with the status {0}: it wants nothing any more", "应答状态码 {0}：不再接收消息"],
  [
    "it answered with the status {0}: redirects are not followed, give the new address in the file",
    "应答状态码 {0}：不跟随重定向，请在文件中填写新地址",
  ],
  ["it did not answer within {0} s", "{0} 秒内没有应答"],
  [
    "its address is not public, and the file does not allow it: see allow in the webhooks file (docs/service.md)",
    "其地址不是公网地址，且文件未允许：参见 Webhook 文件的 allow（docs/service.md）",
  ],
  ["it could not be reached, or did not answer by HTTP ({0})", "无法连接，或没有以 HTTP 应答（{0}）"],
  ["the webhook {0} waits for the store: {1}", "Webhook {0} 等待存储恢复：{1}"],
  ["the webhook {0} met a defect", "Webhook {0} 出现内部错误"],
  ["what is over of the webhooks cannot be removed yet: {0}", "Webhook 已了结的记录暂时无法清除：{0}"],
  // Requests about them.
  [
    "there is no such webhook, or the token may not see all merchants that it is told of",
    "没有这个 Webhook，或令牌无权查看其全部商户",
  ],
  ["must be the id of a delivery", "必须是投递的 ID"],
  ["must be the id of a delivery, as a text", "必须是文本形式的投递 ID"],
  ["must be dead or all", "必须是 dead 或 all"],
  ["must be the position of an event", "必须是事件的位置"],
  ["names one message: leave which and the range out", "已指定一条消息：请去掉 which 与范围"],
  ["must say which: delivery, or a range by {0}", "必须说明对象：delivery，或按 {0} 给出的范围"],
  ["must be the name of a webhook", "必须是 Webhook 的名称"],
  // What must hold of a store.
  [
    "a message to a webhook that waits has its time, and one that ended has none",
    "待发的 Webhook 消息有发送时间，已结束的没有",
  ],
  ["a message to a webhook is of an event that its endpoint was told", "Webhook 消息对应其端点应收到的事件"],
];
