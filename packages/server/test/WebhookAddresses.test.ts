/** Which addresses messages may go to, also where they are written in ways that hide what they are. */
import { describe, expect, it } from "vitest";
import { type Kind, kindOf, mayReach, networkOf } from "../src/internal/webhooks/addresses.ts";

const kinds: Readonly<Record<Kind, ReadonlyArray<string>>> = {
  public: [
    "1.1.1.1",
    "8.8.8.8",
    "101.226.212.27",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700:4700::1111",
    "::ffff:8.8.8.8",
    "2400:3200::1",
  ],
  local: [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fc00::1",
    "fdff::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "::ffff:10.1.2.3",
  ],
  special: [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "169.254.0.1",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "fd00:ec2::254",
    "5f00::1",
    "not an address",
    "",
  ],
};

describe("an address", () => {
  for (const [kind, addresses] of Object.entries(kinds)) {
    it.each(addresses.map((address) => [address]))(`%s is ${kind}`, (address) => {
      expect(kindOf(address)).toBe(kind);
    });
  }

  const none = { networks: [], host: false };
  const host = { networks: [], host: true };
  const of = (...texts: ReadonlyArray<string>) => ({
    networks: texts.flatMap((text) => networkOf(text) ?? []),
    host: false,
  });

  it("may be reached where it is public, and otherwise where the file allows it", () => {
    for (const address of kinds.public) expect([address, mayReach(address, none, false)]).toEqual([address, true]);
    for (const address of [...kinds.local, ...kinds.special]) {
      expect([address, mayReach(address, none, false)]).toEqual([address, false]);
      expect([address, mayReach(address, none, true)]).toEqual([address, false]);
    }
    for (const address of kinds.local) expect([address, mayReach(address, host, true)]).toEqual([address, true]);
    // The name of a host allows one's own networks, never the place where a machine reads its keys.
    for (const address of kinds.special) expect([address, mayReach(address, host, false)]).toEqual([address, false]);
    expect(mayReach("169.254.169.254", of("169.254.169.254"), false)).toBe(true);
    expect(mayReach("::ffff:10.1.2.3", of("10.1.0.0/16"), true)).toBe(true);
    expect(mayReach("10.2.2.3", of("10.1.0.0/16"), true)).toBe(false);
    expect(mayReach("::1", of("::1"), true)).toBe(true);
  });

  it("of the internet is never spoken to in the clear", () => {
    for (const address of kinds.public) {
      expect(mayReach(address, host, true)).toBe(false);
      expect(mayReach(address, of("0.0.0.0/0", "::/0"), true)).toBe(false);
    }
  });
});
