import { expect, test } from "vitest";
import { originOf } from "./origin-of.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:DB8::7", "2001:db8::7"],
  ["fe80::1%eth0", "fe80::1"],
  [`fe80::1%${"x".repeat(1000)}`, "fe80::1"],
  ["unknown", null],
  ["192.0.2.7:4711", null],
  ["", null],
  [undefined, null],
])("the address %s is %s", (ip, address) => {
  expect(originOf({ ip, headers: {} })).toEqual({ address, userAgent: null });
});

test("a user agent is cut short, and holds no key of ours", () => {
  const origin = (userAgent: string) => originOf({ ip: "::1", headers: { "user-agent": userAgent } });

  expect(origin("curl/8.5.0").userAgent).toBe("curl/8.5.0");
  expect(origin("x".repeat(10_000)).userAgent).toBe("x".repeat(256));
  expect(origin(`shop ${"x".repeat(240)} bg_pat_${"a".repeat(32)}_abcdef`).userAgent).not.toContain(
    "bg_pat_",
  );
});
