import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { chinese, english } from "../src/Language.ts";
import { unreadOf, variables } from "../src/Variables.ts";

const packages = fileURLToPath(new URL("../..", import.meta.url));

describe("variables", () => {
  it("are all that the sources name, and no other", () => {
    const named = new Set<string>();
    for (const file of globSync("*/src/**/*.ts", { cwd: packages, exclude: ["checkup/src/Variables.ts"] })) {
      const text = readFileSync(join(packages, file), "utf8");
      for (const [name] of text.matchAll(/(?:WECHAT_(?:PAY|REFUND)|OTEL)_[A-Z0-9]+(?:_[A-Z0-9]+)*\b/g)) named.add(name);
    }
    expect(named.size).toBeGreaterThan(30);
    expect(variables.map(({ name }) => name).sort()).toEqual([...named].sort());
  });

  it("are each said in both languages", () => {
    for (const { name, otherwise, what } of variables) {
      expect(what(chinese), name).toMatch(/[\u4e00-\u9fff]/);
      expect(what(english), name).toMatch(/^[`A-Za-z][\x20-\x7e]{3}/);
      if (otherwise !== undefined) expect(otherwise(chinese).length).toBeGreaterThan(0);
    }
  });

  it.each([
    ["WECHAT_PAY_MCHID", "WECHAT_PAY_MCH_ID"],
    ["WECHATPAY_MCH_ID", "WECHAT_PAY_MCH_ID"],
    ["WX_PAY_API_KEY", "WECHAT_PAY_API_KEY"],
    ["wechat_pay_app_id", "WECHAT_PAY_APP_ID"],
    ["WECHAT_PAY_CERTFILE", "WECHAT_PAY_CERT_FILE"],
    ["WECHAT_PAY_DATABASE", "WECHAT_REFUND_DATABASE"],
    ["WECHAT_PAY_APIV3_KEY", "WECHAT_PAY_V3_KEY"],
    ["WECHAT_PAY_V3_SERIALNO", "WECHAT_PAY_V3_SERIAL_NO"],
    ["WECHAT_PAY_NOTIFY_URL", undefined],
    ["WECHAT_PAY_", undefined],
  ])("%s is read by nobody; meant was %s", (name, meant) => {
    expect(unreadOf([name])).toEqual([{ name, ...(meant !== undefined && { meant }) }]);
  });

  it("leaves alone what is not ours, and what is read", () => {
    expect(unreadOf(["PATH", "WECHAT_TOKEN", "MCH_ID", ...variables.map(({ name }) => name)])).toEqual([]);
  });
});
