import type { LiveRuleset, Scope } from "@burgee/core";
import { type EnvironmentId, newId, type TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { loadKept } from "./load-kept.ts";

const scopes: readonly Scope[] = Array.from({ length: 1_500 }, () => ({
  tenantId: newId<TenantId>(),
  environmentId: newId<EnvironmentId>(),
}));

test("the thousand used last are asked for, the last first, whatever comes of it", async () => {
  const asked: Scope[] = [];

  await loadKept(
    answering((scope) => void asked.push(scope)),
    scopes,
  );

  expect(asked).toEqual(scopes.slice(-1_000).toReversed());
});

test("a node that can't load them listens all the same", async () => {
  const asked: Scope[] = [];
  const never = new Promise<never>(() => undefined);

  const get = (scope: Scope) => {
    asked.push(scope);
    return never;
  };
  await loadKept({ get }, scopes, 20);

  expect(asked.length).toBeLessThan(scopes.length);
});

/** Has no ruleset. */
function answering(onAsked: (scope: Scope) => void): { get(scope: Scope): Promise<LiveRuleset> } {
  return {
    get: (scope) => {
      onAsked(scope);
      return Promise.reject(new Error("There is none."));
    },
  };
}
