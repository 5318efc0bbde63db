import { expect, test } from "vitest";
import { demandOwnWords } from "./demand-own-words.ts";

const ada = { email: "ada.lovelace@example.com", name: "Ada Lovelace" };

test.each([
  ada.email,
  "ADA.LOVELACE@EXAMPLE.COM",
  "Ada Lovelace 1815",
  "adaadaadaada",
  "lovelace-ada-1",
  "lovelace2025!",
  "  ada  lovelace  ",
  "example.com-ada",
  "ａｄａ lovelace!!",
])("refuses %j, which others know", (password) => {
  expect(() => demandOwnWords(password, ada)).toThrow(
    expect.objectContaining({ issues: [expect.objectContaining({ pointer: "/password" })] }),
  );
});

test.each(["correct horse battery", "ada and twelve other things", "bo-ok-ke-ep-er"])(
  "takes %j",
  (password) => {
    demandOwnWords(password, ada);
    demandOwnWords(password, { email: "a@b.c", name: "O" });
  },
);
