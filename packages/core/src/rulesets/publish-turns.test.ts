import type { EnvironmentId, TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { environmentId, tenantId } from "../ids.ts";
import { PublishTurns } from "./publish-turns.ts";

test("a tenant with many environments leaves room for others, however many there are", () => {
  const turns = new PublishTurns({ most: 8, mostOfTenant: 3 });

  const heavy = Array.from({ length: 20 }, () => turns.take(environmentOf(1)));
  const others = [2, 3, 4, 5].map((tenant) => turns.take(environmentOf(tenant)));

  expect(heavy.filter(Boolean)).toHaveLength(3);
  expect(others.filter(Boolean)).toHaveLength(4);
});

test("a second turn is had only while half of all are free", () => {
  const turns = new PublishTurns({ most: 4, mostOfTenant: 3 });
  turns.take(environmentOf(1));
  turns.take(environmentOf(2));

  expect(turns.take(environmentOf(1))).toBeUndefined();
  expect(turns.take(environmentOf(3))).toBeDefined();
});

test("an environment is published once at a time, and again when its turn was given back", () => {
  const turns = new PublishTurns();
  const environment = environmentOf(1);

  const giveBack = turns.take(environment);

  expect(turns.take(environment)).toBeUndefined();
  giveBack?.();
  expect(turns.take(environment)).toBeDefined();
});

let made = 0;

/** Another one each time. */
function environmentOf(tenant: number): {
  readonly tenantId: TenantId;
  readonly environmentId: EnvironmentId;
} {
  return {
    tenantId: tenantId.parse(uuidOf(tenant)),
    environmentId: environmentId.parse(uuidOf(1000 + made++)),
  };
}

function uuidOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
