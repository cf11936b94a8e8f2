/**
 * For packages that speak another protocol of WeChat Pay behind the same `RefundClient`: the shell of a call (span, metrics, log line,
 * error envelope), the confirmation, the address, and the fields that a request of any protocol has.
 *
 * An application has no use for it.
 */
export { shell as call, type Shell as Call } from "./internal/call.ts";
export { confirming } from "./internal/confirm.ts";
export { copyOf } from "./internal/copy.ts";
export { BeijingTime, FenText, identifier, issuesOf } from "./internal/fields.ts";
export { agreed } from "./internal/endpoint.ts";
export { oneLine } from "./internal/oneLine.ts";
export { shape, type Shape, unknownFields } from "./internal/unknownFields.ts";
