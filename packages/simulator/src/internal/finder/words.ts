/**
 * What the finder of causes says, English and Chinese side by side: for each kind of mistake what was done, and the remedy. Holds names of
 * fields and whose a key is, never a value and never a key.
 */

/** A text in both languages: English, Chinese. */
export type Pair = readonly [english: string, chinese: string];

/** A deviation from the rule, in words, with what to do about it; `zh` says the same in Chinese. */
export interface Mistake {
  readonly kind: string;
  readonly says: string;
  readonly remedy: string;
  readonly zh: { readonly says: string; readonly remedy: string };
}

export const mistake = (kind: string, says: Pair, remedy: Pair): Mistake => ({
  kind,
  says: says[0],
  remedy: remedy[0],
  zh: { says: says[1], remedy: remedy[1] },
});

const rawValues: Pair = [
  "Sign the raw values; escape them only afterwards, when the XML is written.",
  "请用原始值签名，之后生成 XML 时再转义。",
];
const sameValue: Pair = ["Send the very values that are signed.", "发送的值必须与签名的值完全相同。"];
const keyLast: Pair = [
  "End the text with &key= and the API key, after all fields.",
  "签名串最后、所有字段之后加上 &key= 和 API密钥。",
];
const exactKey: Pair = ["Use the key exactly as it was set: 32 letters and digits.", "请原样使用所设置的 32 位密钥。"];
const upperHex: Pair = ["Write it in upper-case hex, nothing around it.", "请写成大写十六进制，前后不加任何字符。"];

/** Of the text that is signed. */
export const texts = {
  order: (how: Pair) =>
    mistake(
      "order",
      [`The fields were joined ${how[0]}.`, `字段的拼接顺序有误：${how[1]}。`],
      [
        "Sort them by the bytes of their names: a plain comparison, no locale.",
        "请按字段名的字节序（ASCII 序）排序，不要用语言区域排序。",
      ],
    ),
  orderOfPairs: mistake(
    "order",
    ["The fields were sorted as name=value, not by their names.", "字段按“名=值”整体排序，而不是按字段名排序。"],
    [
      "Sort by the names alone, then join: coupon_refund_fee_1 stands before coupon_refund_fee_10.",
      "请只按字段名排序后再拼接：coupon_refund_fee_1 在 coupon_refund_fee_10 之前。",
    ],
  ),
  encoding: (how: Pair) => mistake("encoding", [`The values were signed ${how[0]}.`, `签名时值${how[1]}。`], rawValues),
  encodingOf: (name: string, how: Pair) =>
    mistake(
      "encoding",
      [`${name} was signed ${how[0]}, the other fields as they are.`, `签名时 ${name} ${how[1]}，其他字段无误。`],
      rawValues,
    ),
  sentOtherwise: (how: Pair) =>
    mistake(
      "encoding",
      [`The values were sent ${how[0]}, and signed as they are.`, `发送的值${how[1]}，签名的却是原值。`],
      sameValue,
    ),
  charset: (name: string) =>
    mistake(
      "charset",
      [`The text was turned into bytes as ${name}.`, `签名串以 ${name} 编码，而不是 UTF-8。`],
      [
        "Turn it into bytes as UTF-8, explicitly: the system's default may be another.",
        "请明确以 UTF-8 编码签名串，系统默认编码可能不同。",
      ],
    ),
  missing: (names: string) =>
    mistake(
      "missing-field",
      [`${names} was sent and not signed.`, `${names} 已发送，却没有参与签名。`],
      [
        `Sign every field that is sent, ${names} too; add none after signing.`,
        `发送的每个字段都要参与签名，${names} 也是；签名之后不要再加字段。`,
      ],
    ),
  extraSignType: (value: string) =>
    mistake(
      "extra-field",
      [`sign_type=${value} was signed and not sent.`, `sign_type=${value} 参与了签名，却没有发送。`],
      [
        "Send sign_type as a field; without it the gateway takes MD5.",
        "请把 sign_type 作为字段发送；没有它时网关按 MD5 验签。",
      ],
    ),
  extra: (name: string) =>
    mistake(
      "extra-field",
      [`${name} was signed and not sent.`, `${name} 参与了签名，却没有发送。`],
      [`Send ${name}, or leave it out of the text that is signed.`, `请发送 ${name}，或不要让它参与签名。`],
    ),
  changed: (name: string) =>
    mistake(
      "changed-field",
      [
        `${name} was signed with the value of the environment and sent with another.`,
        `签名用的是环境中的 ${name}，发送的却是另一个值。`,
      ],
      [`Send the same ${name} that is signed.`, `请发送与签名相同的 ${name}。`],
    ),
  empty: (names: string) =>
    mistake(
      "empty-field",
      [`The empty ${names} was signed.`, `空值字段 ${names} 参与了签名。`],
      ["Leave fields without a value out of the text, or do not send them.", "空值字段不参与签名，也可以不发送。"],
    ),
  emptyAs: (names: string, word: string) =>
    mistake(
      "empty-field",
      [`The empty ${names} was signed as the word ${word}.`, `空值字段 ${names} 以文字 ${word} 参与了签名。`],
      ["Leave fields without a value out of the text.", "空值字段不参与签名。"],
    ),
  signItself: mistake(
    "empty-field",
    ["The field sign was signed too, while it was empty.", "签名时包含了空的 sign 字段。"],
    ["Leave sign out of the text that is signed.", "sign 字段本身不参与签名。"],
  ),
  yuan: mistake(
    "amount",
    ["The amounts were signed in yuan and sent in fen.", "金额以元签名，却以分发送。"],
    ["Sign the amounts as they are sent: whole numbers of fen (分).", "请按发送的值签名：以分为单位的整数。"],
  ),
  decimals: mistake(
    "amount",
    ["The amounts were signed with decimals that were not sent.", "签名的金额带小数，发送的却不带。"],
    ["Sign the amounts as they are sent: whole numbers of fen (分).", "请按发送的值签名：以分为单位的整数。"],
  ),
  keyForm: (how: Pair) => mistake("key-form", how, keyLast),
};

/** Of the key. */
export const keys = {
  of: (whose: Pair, right: Pair) =>
    mistake(
      "key",
      [`It was signed with ${whose[0]}.`, `签名用的是${whose[1]}。`],
      [`Sign with ${right[0]}.`, `请使用${right[1]}。`],
    ),
  spoilt: (what: Pair) =>
    mistake(
      "key-space",
      [`The key was used with ${what[0]}.`, `所用的密钥${what[1]}。`],
      ["Trim the key where it is read from a file or a variable.", "从文件或环境变量读取密钥后请去除首尾空白。"],
    ),
  cased: mistake("key-case", ["The key was used in another case.", "所用密钥的大小写有误。"], exactKey),
  cut: (what: Pair) => mistake("key-cut", [`The key was used ${what[0]}.`, `所用的密钥${what[1]}。`], exactKey),
  changed: (what: Pair) => mistake("key-changed", [`The key was used ${what[0]}.`, `所用的密钥${what[1]}。`], exactKey),
  none: (word: string) =>
    mistake(
      "key-absent",
      [
        word === "" ? "It was signed with an empty key." : `It was signed with the word ${word} in place of the key.`,
        word === "" ? "签名用的密钥为空。" : `签名用的是文字 ${word}，而不是密钥。`,
      ],
      [
        "The variable or setting with the key was not read: see where it is set, and refuse to start without it.",
        "没有读到密钥的变量或配置：请检查设置之处，没有密钥时应拒绝启动。",
      ],
    ),
  test: mistake(
    "key-test",
    [
      "It was signed with a key for trying, from documentation or a simulator.",
      "签名用的是文档示例或模拟器的测试密钥。",
    ],
    [
      "Sign with the merchant's own API key (API密钥), from the merchant platform, 账户中心 → API安全.",
      "请使用商户自己的 API密钥，见商户平台：账户中心 → API安全。",
    ],
  ),
};

/** Of the algorithm, and of how its result is written. */
export const results = {
  signType: (used: string, said: string | undefined) =>
    mistake(
      "sign-type",
      [
        `It was signed with ${used}, and sign_type ${said === undefined ? "is absent, which means MD5" : `says ${said}`}.`,
        said === undefined
          ? `签名用的是 ${used}，但没有 sign_type，即表示 MD5。`
          : `签名用的是 ${used}，但 sign_type 是 ${said}。`,
      ],
      said === undefined
        ? [
            `Send and sign sign_type=${used}, or sign with MD5.`,
            `请发送 sign_type=${used} 并让它参与签名，或改用 MD5 签名。`,
          ]
        : [`Sign with ${said}, or say sign_type=${used}.`, `请用 ${said} 签名，或把 sign_type 改为 ${used}。`],
    ),
  unkeyed: mistake(
    "sign-type",
    ["It was hashed with SHA-256 alone, without HMAC.", "只做了 SHA-256 摘要，没有用 HMAC。"],
    [
      "Use HMAC-SHA256 with the API key as its key, over the text that ends with &key=.",
      "请使用 HMAC-SHA256，以 API密钥为密钥，对以 &key= 结尾的签名串计算。",
    ],
  ),
  algorithm: (used: string) =>
    mistake(
      "sign-type",
      [`It was made with ${used}, which the gateway does not know.`, `签名用的是网关不支持的 ${used}。`],
      [
        "Use MD5, or HMAC-SHA256 with sign_type=HMAC-SHA256.",
        "请使用 MD5，或使用 HMAC-SHA256 并发送 sign_type=HMAC-SHA256。",
      ],
    ),
  unknownSignType: (meant: string | undefined) =>
    mistake(
      "sign-type",
      [
        `sign_type is none that the gateway knows${meant === undefined ? "" : `; ${meant} was meant`}.`,
        `网关不认识这个 sign_type${meant === undefined ? "" : `，应为 ${meant}`}。`,
      ],
      ["Say MD5 or HMAC-SHA256, exactly so, or leave it out for MD5.", "请准确写成 MD5 或 HMAC-SHA256；不写则为 MD5。"],
    ),
  noSign: mistake(
    "no-sign",
    ["There is no signature.", "没有签名。"],
    ["Send it as the field sign.", "请把签名作为 sign 字段发送。"],
  ),
  unsignedFailure: mistake(
    "no-sign",
    [
      "There is no signature: a reply with return_code FAIL is never signed.",
      "没有签名：return_code 为 FAIL 的应答从不签名。",
    ],
    ["Read its return_msg; there is nothing to verify.", "请看 return_msg；没有可以验证的签名。"],
  ),
  notice: mistake(
    "no-sign",
    [
      "There is no signature: a refund result notice has none, its req_info is encrypted.",
      "没有签名：退款结果通知不带签名，其 req_info 是加密的。",
    ],
    [
      "Open it with `wechat-refund notice`, and ask for the refund.",
      "请用 `wechat-refund notice` 解密，再查询该笔退款。",
    ],
  ),
  signCase: (kind: "lower-case" | "mixed-case") =>
    mistake(
      "lower-case",
      kind === "lower-case"
        ? ["The signature is in lower case.", "签名是小写的。"]
        : ["The signature is partly in lower case.", "签名中有小写字母。"],
      ["Write it in upper-case hex.", "请写成大写十六进制。"],
    ),
  base64: mistake(
    "base64",
    ["The signature is in Base64.", "签名是 Base64 形式的。"],
    ["Write it in upper-case hex.", "请写成大写十六进制。"],
  ),
  wrapped: mistake(
    "sign-space",
    ["The signature has blanks, line ends or marks in it or around it.", "签名的中间或首尾有空白、换行或其他符号。"],
    upperHex,
  ),
  half: mistake(
    "sign-cut",
    ["The signature is the 16-digit form of MD5.", "签名是 16 位的 MD5。"],
    ["Send all 32 digits.", "请发送全部 32 位。"],
  ),
  cut: mistake(
    "sign-cut",
    ["The signature is cut off: only a part of it was sent.", "签名不完整，只发送了一部分。"],
    ["Send all of it: 32 digits for MD5, 64 for HMAC-SHA256.", "请发送完整签名：MD5 为 32 位，HMAC-SHA256 为 64 位。"],
  ),
  ofApiV3: mistake(
    "sign-type",
    ["The signature has the form of APIv3 (RSA, Base64).", "签名是 APIv3 的形式（RSA、Base64）。"],
    [
      "APIv2 signs with the API key: MD5 or HMAC-SHA256, in upper-case hex.",
      "APIv2 用 API密钥签名：MD5 或 HMAC-SHA256，大写十六进制。",
    ],
  ),
};

const missingValue: Pair = [
  "See where the program takes it from; refuse to send without it.",
  "请检查程序从何处取得该值；缺少时不应发送。",
];

/** Of values that no person meant. */
export const values = {
  word: (name: string, word: string) =>
    mistake(
      "value",
      [
        `${name} says ${word}: a program wrote a missing value as text.`,
        `${name} 的值是 ${word}：程序把缺失的值当成了文字。`,
      ],
      missingValue,
    ),
  holdsWord: (name: string, word: string) =>
    mistake(
      "value",
      [
        `${name} has ${word} in it: a program wrote a missing value as text.`,
        `${name} 的值中含有 ${word}：程序把缺失的值当成了文字。`,
      ],
      missingValue,
    ),
  object: (name: string) =>
    mistake(
      "value",
      [
        `${name} says what a program calls an object, not its value.`,
        `${name} 的值是程序对象的文字形式，而不是对象中的值。`,
      ],
      ["Send a field of the object, as text.", "请取出对象中的字段，以文字发送。"],
    ),
  placeholder: (name: string) =>
    mistake(
      "value",
      [`${name} is a placeholder that nobody filled in.`, `${name} 是没有填写的占位符。`],
      ["Put the value in its place before signing.", "请在签名前填入实际的值。"],
    ),
  empty: (name: string) =>
    mistake(
      "value",
      [`${name} is empty: the gateway takes it as not sent.`, `${name} 为空：网关视为没有发送。`],
      missingValue,
    ),
  blank: (name: string) =>
    mistake(
      "value",
      [`${name} has white space around it, or is nothing else.`, `${name} 首尾有空白，或只有空白。`],
      ["Trim it before signing and sending.", "请在签名和发送之前去除空白。"],
    ),
  invisible: (name: string) =>
    mistake(
      "value",
      [
        `${name} has characters that cannot be seen: a byte-order mark, a zero-width or a control character.`,
        `${name} 含有看不见的字符：字节顺序标记、零宽字符或控制字符。`,
      ],
      ["Take them out before signing and sending.", "请在签名和发送之前去除。"],
    ),
  wide: (name: string) =>
    mistake(
      "value",
      [`${name} has full-width digits or letters.`, `${name} 含有全角数字或字母。`],
      ["Write it in ASCII.", "请写成半角字符。"],
    ),
  amount: (name: string) =>
    mistake(
      "value",
      [`${name} is not a whole number of fen.`, `${name} 不是以分为单位的整数。`],
      ["Send fen (分) in digits alone: 1.00 yuan is 100.", "请只用数字，以分为单位发送：1.00 元写成 100。"],
    ),
  textual: (name: string) =>
    mistake(
      "value",
      [`${name} is a text, not a number.`, `${name} 是文字，不是数字。`],
      ["Write it without quotes: APIv3 takes a JSON number.", "请不加引号：APIv3 要求 JSON 数字。"],
    ),
  cdata: (name: string) =>
    mistake(
      "value",
      [`${name} has CDATA marks as part of its value.`, `${name} 的值中含有 CDATA 标记。`],
      [
        "Write the marks around the value in the XML, once, and sign the value alone.",
        "CDATA 标记只在 XML 中写一次，签名只用值本身。",
      ],
    ),
  escaped: (name: string) =>
    mistake(
      "value",
      [
        `${name} was escaped twice: its value still holds XML references.`,
        `${name} 被转义了两次：值中仍有 XML 转义符。`,
      ],
      ["Escape once, when the XML is written.", "请只在生成 XML 时转义一次。"],
    ),
  urlEncoded: (name: string) =>
    mistake(
      "value",
      [`${name} was sent URL-encoded.`, `${name} 以 URL 编码发送。`],
      ["Send the value as it is.", "请发送原值。"],
    ),
  mojibake: (name: string) =>
    mistake(
      "value",
      [
        `${name} was read in another character set: UTF-8 taken for something else, or the reverse.`,
        `${name} 是乱码：UTF-8 被当作其他编码，或相反。`,
      ],
      ["Read and write text as UTF-8 everywhere, explicitly.", "请在各处明确以 UTF-8 读写文本。"],
    ),
  absent: (name: string) =>
    mistake(
      "value",
      [`${name} is not in it.`, `缺少 ${name}。`],
      ["Send it, and sign it.", "请发送该字段并让它参与签名。"],
    ),
  misnamed: (name: string, meant: string) =>
    mistake(
      "name",
      [`There is no field ${name}; ${meant} was meant.`, `没有字段 ${name}，应为 ${meant}。`],
      [`Call it ${meant}, in the signed text too.`, `请改为 ${meant}，签名串中也是。`],
    ),
};

const asUtf8: Pair = ["Write the message as UTF-8, and say so.", "请以 UTF-8 编码报文，并如此声明。"];
const oneMessage: Pair = ["Give the message alone, from <xml> to </xml>.", "请只提供报文本身，从 <xml> 到 </xml>。"];

/** Of the bytes that were sent, or given to be looked at. */
export const intake = {
  headers: mistake(
    "headers",
    ["HTTP headers stand before the message.", "报文之前带有 HTTP 头。"],
    ["Give the body alone, from <xml> to </xml>.", "请只提供请求体，从 <xml> 到 </xml>。"],
  ),
  around: mistake("around", ["Something stands before or after the message.", "报文前后有其他内容。"], oneMessage),
  quoted: mistake("quoted", ["The message was given as a quoted string.", "报文是带引号和转义的字符串。"], oneMessage),
  escaped: mistake(
    "escaped-message",
    [
      "The whole message was escaped: it says &lt;xml&gt; or %3Cxml%3E.",
      "整个报文被转义：写成了 &lt;xml&gt; 或 %3Cxml%3E。",
    ],
    ["Send it as it is, with < and >.", "请原样发送，使用 < 和 >。"],
  ),
  form: mistake(
    "form",
    ["The fields were given as name=value&…, not as XML.", "字段以 name=value&… 的形式给出，而不是 XML。"],
    ["The gateway takes XML: <xml><name>value</name>…</xml>.", "网关只接受 XML：<xml><name>value</name>…</xml>。"],
  ),
  bom: mistake(
    "bom",
    ["A byte-order mark (BOM) stands before the message.", "报文开头有字节顺序标记（BOM）。"],
    ["Write UTF-8 without it.", "请写成不带 BOM 的 UTF-8。"],
  ),
  charset: (name: string) =>
    mistake("charset", [`The message is in ${name}, not in UTF-8.`, `报文是 ${name} 编码的，不是 UTF-8。`], asUtf8),
  declared: (name: string) =>
    mistake(
      "charset",
      [`The XML declaration says ${name}, and the message is in UTF-8.`, `XML 声明写的是 ${name}，报文却是 UTF-8。`],
      asUtf8,
    ),
  twice: (name: string) =>
    mistake(
      "given-twice",
      [`${name} is given twice.`, `${name} 出现了两次。`],
      ["Send and sign each field once.", "每个字段只发送、只签名一次。"],
    ),
  twiceSigned: (which: "first" | "last") =>
    mistake(
      "given-twice",
      which === "first"
        ? ["Of the field that is given twice the first was signed.", "出现两次的字段，签名用的是第一个。"]
        : ["Of the field that is given twice the last was signed.", "出现两次的字段，签名用的是最后一个。"],
      ["Send and sign each field once.", "每个字段只发送、只签名一次。"],
    ),
  unescaped: (name: string) =>
    mistake(
      "unescaped",
      [`${name} has an & or < that is not escaped.`, `${name} 的值中有未转义的 & 或 <。`],
      [
        "Write values in CDATA, or & as &amp; and < as &lt;; sign the raw value.",
        "请把值写在 CDATA 中，或把 & 写成 &amp;、< 写成 &lt;；签名用原值。",
      ],
    ),
  cdata: (name: string) =>
    mistake(
      "cdata",
      [`The CDATA of ${name} does not end, ends twice, or is misspelt.`, `${name} 的 CDATA 没有结束、重复结束或写错。`],
      ["Write <![CDATA[ before the value and ]]> after it.", "请在值之前写 <![CDATA[，之后写 ]]>。"],
    ),
  control: mistake(
    "control",
    ["The message holds a character that XML does not allow, such as NUL.", "报文中有 XML 不允许的字符，如 NUL。"],
    ["Take control characters out of the values before signing.", "请在签名前去除值中的控制字符。"],
  ),
  attributes: mistake(
    "form-of-xml",
    ["An element has attributes.", "元素带有属性。"],
    ["Write plain elements: <name>value</name>.", "请写成简单元素：<name>value</name>。"],
  ),
  nested: (name: string) =>
    mistake(
      "form-of-xml",
      [`${name} has elements in it.`, `${name} 中嵌套了元素。`],
      ["All fields stand directly in <xml>.", "所有字段都直接位于 <xml> 之下。"],
    ),
  root: mistake(
    "form-of-xml",
    ["The outermost element is not <xml>.", "最外层元素不是 <xml>。"],
    ["Put all fields into <xml> … </xml>, in small letters.", "请把所有字段放在小写的 <xml> … </xml> 中。"],
  ),
  cutOff: mistake(
    "cut-off",
    ["The message is cut off: it does not end with </xml>.", "报文不完整：没有以 </xml> 结尾。"],
    [
      "Send all of it; Content-Length counts bytes, not characters.",
      "请发送完整报文；Content-Length 是字节数，不是字符数。",
    ],
  ),
  endTag: (name: string) =>
    mistake(
      "form-of-xml",
      [`${name} is not ended by its own end tag.`, `${name} 没有对应的结束标签。`],
      ["End every element with its own name.", "每个元素都要以自己的名称结束。"],
    ),
  noJson: mistake(
    "no-json",
    ["It looks like an object of a program, not JSON.", "看起来是程序的对象，而不是 JSON。"],
    [
      "Write JSON: double quotes, no NaN, undefined, None or comma at the end.",
      "请写成 JSON：使用双引号，不要有 NaN、undefined、None 或末尾逗号。",
    ],
  ),
  empty: mistake(
    "no-message",
    ["There is no message: it is empty.", "报文为空。"],
    ["Send the body; a framework may have read it before.", "请发送请求体；框架可能已经读走了它。"],
  ),
  none: mistake(
    "no-message",
    ["It is no message of APIv2: neither XML nor fields.", "不是 APIv2 的报文：既不是 XML，也不是字段。"],
    oneMessage,
  ),
  html: mistake(
    "no-message",
    ["It is a web page (HTML), not a message.", "这是网页（HTML），不是报文。"],
    [
      "Something between answered, or the address is wrong: look at the address and the proxy.",
      "应答来自中间环节，或地址有误：请检查地址和代理。",
    ],
  ),
};
