import { expect, test } from "vitest";
import { listProcedures } from "../../test/list-procedures.ts";
import { isSignIn } from "./is-sign-in.ts";

test.each([
  ["as it is", "/trpc/auth.signIn", true],
  ["written with escapes", "/trpc/auth%2EsignIn", true],
  ["in a batch", "/trpc/auth.session,auth.signIn", true],
  ["in a batch, written with escapes", "/trpc/auth.session%2Cauth%2esignIn", true],
  ["under another name", "/trpc/auth.signOut", false],
  ["of nothing that can be read", "/trpc/auth.signIn%", false],
  ["elsewhere", "/v1/auth.signIn", false],
])("knows a sign-in %s", (_, path, isOne) => {
  expect(isSignIn(path)).toBe(isOne);
});

test("every change that a stranger may ask for is one, but for those that cost little or wait for others", () => {
  const strangers = listProcedures()
    .filter(({ type, meta }) => type === "mutation" && meta?.access === "public")
    .map(({ name }) => name);

  expect(strangers.filter((name) => !isSignIn(`/trpc/${name}`))).toEqual([
    "auth.signOut",
    "singleSignOn.find",
    "singleSignOn.begin",
  ]);
});
