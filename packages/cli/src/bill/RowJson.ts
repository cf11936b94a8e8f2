/**
 * The refunds of a bill as JSON, one object a line, as the bytes that are printed.
 *
 * A bill of a million lines is a gigabyte of this, of which two thirds are the columns' names. As strings all of it would be made four times
 * over; so a name is copied and a cell, which is nearly always plain, is written where it belongs. What has to be escaped goes through
 * `jsonLine`.
 */
import type { Bad, Billed } from "@wechat-refund/core/RefundBill";
import { jsonLine } from "../Ending.ts";

const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);
/** A character of a string takes three bytes at most, and escaped six. */
const most = 6;

const start = {
  outRefundNo: bytesOf('{"outRefundNo":"'),
  outTradeNo: bytesOf('","outTradeNo":"'),
  refundId: bytesOf('","refundId":"'),
  refundFee: bytesOf('","refundFee":'),
  status: bytesOf(',"status":"'),
  columns: bytesOf('","columns":{'),
};
const end = bytesOf('"}}\n');

/** The lines of one bill: all its refunds have the same columns. */
export class RowJson {
  /** Each column's name, with what stands before and after it. */
  private names: ReadonlyArray<Uint8Array> | undefined;
  private bytes = new Uint8Array(131_072);
  private at = 0;

  refund({ columns, outRefundNo, outTradeNo, refundFee, refundId, status }: Billed): void {
    this.names ??= Object.keys(columns).map((name, at) => bytesOf(`${at === 0 ? "" : '",'}${jsonLine(name)}:"`));
    this.copy(start.outRefundNo);
    this.cell(outRefundNo);
    this.copy(start.outTradeNo);
    this.cell(outTradeNo);
    this.copy(start.refundId);
    this.cell(refundId);
    this.copy(start.refundFee);
    this.cell(String(refundFee));
    this.copy(start.status);
    this.cell(status);
    this.copy(start.columns);
    const cells = Object.values(columns);
    for (let at = 0; at < cells.length; at++) {
      this.copy(this.names[at] as Uint8Array);
      this.cell(cells[at] as string);
    }
    this.copy(end);
  }

  bad({ line, problem }: Bad): void {
    this.copy(bytesOf(`${jsonLine({ line, problem })}\n`));
  }

  /** What was written since the last time. It is overwritten by what is written next. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.at);
    this.at = 0;
    return taken;
  }

  private make(room: number): void {
    if (this.at + room <= this.bytes.length) return;
    const larger = new Uint8Array(2 * (this.at + room));
    larger.set(this.bytes.subarray(0, this.at));
    this.bytes = larger;
  }

  private copy(part: Uint8Array): void {
    this.make(part.length);
    this.bytes.set(part, this.at);
    this.at += part.length;
  }

  private cell(text: string): void {
    this.make(text.length * most);
    const { bytes } = this;
    let { at } = this;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code < 0x7f && code >= 0x20 && code !== 0x22 && code !== 0x5c) bytes[at++] = code;
      else if (code >= 0x3000 && code < 0xd800) {
        bytes[at++] = 0xe0 | (code >> 12);
        bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
        bytes[at++] = 0x80 | (code & 0x3f);
      } else {
        // All of it again: a pair must not be parted.
        this.at += encoder.encodeInto(jsonLine(text).slice(1, -1), bytes.subarray(this.at)).written;
        return;
      }
    }
    this.at = at;
  }
}
