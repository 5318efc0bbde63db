import { newId, type UserId } from "@burgee/db";
import { expect, test } from "vitest";
import { secondFactorCode } from "./check-code.ts";
import { hashRecoveryCode, makeRecoveryCodes } from "./recovery-codes.ts";

const userId = newId<UserId>();

test("are ten, of 16 letters each, never the same, and taken as answers", () => {
  const codes = Array.from({ length: 50 }, () => makeRecoveryCodes()).flat();

  expect(codes).toHaveLength(500);
  expect(new Set(codes).size).toBe(500);
  for (const code of codes) {
    expect(code).toMatch(/^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/);
    expect(secondFactorCode.parse(code)).toBe(code);
  }
});

test("are the same however they are written, and another person's are others", () => {
  const hash = hashRecoveryCode(userId, "abcd-efgh-2345-wxyz");

  expect(hashRecoveryCode(userId, "ABCDEFGH2345WXYZ")).toEqual(hash);
  expect(hashRecoveryCode(userId, "abcd-efgh-2345-wxya")).not.toEqual(hash);
  expect(hashRecoveryCode(newId<UserId>(), "abcd-efgh-2345-wxyz")).not.toEqual(hash);
});
