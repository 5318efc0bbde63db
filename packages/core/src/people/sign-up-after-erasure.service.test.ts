import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Installation, install } from "../../test/installation.ts";
import { eraseTenant } from "../tenants/erase-tenant.ts";
import { type SignUpMode, signUp } from "./sign-up.ts";

let installation: Installation;
let people = 0;

beforeEach(async () => {
  installation = await install();
});
afterEach(() => installation.close());

test("where everybody was erased whose first came in while it was closed, nobody gets in by that again", async () => {
  await enterAndErase("closed");

  await expect(enter("closed")).rejects.toMatchObject({ code: "forbidden" });
  await enter("open");
});

test("where everybody was erased who came in while it was open, one more first person gets in", async () => {
  await enterAndErase("open");

  const outcomes = await Promise.allSettled([enter("closed"), enter("closed")]);

  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

async function enterAndErase(mode: SignUpMode): Promise<void> {
  const { db, system } = installation;
  const { tenantId } = await enter(mode);
  const request = { receiptHash: randomBytes(32), delayMs: 0 };
  await db.transactAlone(tenantId, ({ deletions }) => deletions.request(request));
  expect(await eraseTenant({ system }, tenantId)).toBe("erased");
  expect(await system.credentials.hasPeople()).toBe(false);
}

function enter(mode: SignUpMode) {
  const { db, system } = installation;
  people += 1;
  const person = {
    email: `ada-${people}@example.com`,
    name: "Ada",
    password: "correct horse battery",
    tenant: "Acme",
  };
  const ports = { db, system, nudge: () => undefined, requestId: "req-1", traceparent: null };
  return signUp(ports, person, { mode, address: `10.1.1.${people}` });
}
