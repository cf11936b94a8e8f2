/**
 * A text of this library and how it is said in Chinese.
 *
 * `{0}` stands for what is repeated as it came, such as a number or a name; `{=0}` for a text of ours, which is translated where it is
 * known; `{!0}` for one that must be known, or the template is not the one; `{~0}` for the words of others, such as the gateway's, of which
 * nothing is looked for. In the Chinese all are written `{0}`, in any order.
 */
export type Pair = readonly [english: string, chinese: string];
