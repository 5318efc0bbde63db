import { expect, test } from "vitest";
import { tenantId } from "../ids.ts";
import { SharedBytes } from "./shared-bytes.ts";

test("a tenant takes half of all at most, in however many shares", () => {
  const bytes = new SharedBytes(100, "Full.");
  bytes.share(tenant(1)).grow(30);
  const second = bytes.share(tenant(1));

  second.grow(20);

  expect(() => second.grow(1)).toThrow(expect.objectContaining({ code: "unavailable", message: "Full." }));
});

test("however much others took, the next tenant finds half of what is left", () => {
  const bytes = new SharedBytes(120, "Full.");
  const takeAll = (of: number) => {
    const share = bytes.share(tenant(of));
    for (let taken = 0; ; taken++) {
      try {
        share.grow(1);
      } catch {
        return taken;
      }
    }
  };

  expect([takeAll(1), takeAll(2), takeAll(3)]).toEqual([60, 30, 15]);
});

test("what a share took is free once it ends, and ends once", () => {
  const bytes = new SharedBytes(100, "Full.");
  const share = bytes.share(tenant(1));
  share.grow(50);

  share.end();
  share.end();

  bytes.share(tenant(2)).grow(50);
  expect(() => bytes.share(tenant(3)).grow(26)).toThrow("Full.");
});

function tenant(number: number) {
  return tenantId.parse(`00000000-0000-4000-8000-${String(number).padStart(12, "0")}`);
}
