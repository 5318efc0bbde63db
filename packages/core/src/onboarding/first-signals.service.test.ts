import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { sdkKeyId } from "../ids.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { recordUsage } from "../usage/record-usage.ts";
import { usageBatchInput } from "../usage/usage-batch.ts";
import { firstSignalsInput, getFirstSignals } from "./first-signals.ts";

const installation = await install();
const place = { project: "web", environment: "production" };
let caller: AtHome;
let keyId: string;

beforeAll(async () => {
  caller = await installation.newTenant();
  await aToggle(caller, "welcome-banner");
  keyId = (await issueSdkKey(caller, { ...place, kind: "srv", name: "First" })).id;
});
afterAll(() => installation.close());

const signals = (input: object = {}, by = caller) =>
  getFirstSignals(by, parseInput(firstSignalsInput, { ...place, keyId, toggle: "welcome-banner", ...input }));

test("shows nothing of a key that nobody used, and each sign once it was given", async () => {
  expect(await signals()).toEqual({ keySeenAt: null, sdk: null, isEvaluated: false, isRefused: false });

  const { tenantId } = caller.person;
  await caller.system.credentials.noteKeysUsed([{ tenantId, sdkKeyId: sdkKeyId.parse(keyId) }], 0);
  expect(await signals()).toMatchObject({ keySeenAt: expect.any(String), sdk: null, isEvaluated: false });

  await tell([{ toggle: "welcome-banner", variant: "on", version: 1, count: 1 }]);
  expect(await signals()).toMatchObject({
    keySeenAt: expect.any(String),
    sdk: { name: "burgee-js-server", version: "0.1.0", toldAt: expect.any(String) },
    isEvaluated: true,
  });
});

test("knows no key of another environment, and none of another tenant", async () => {
  const stranger = await installation.newTenant();
  await aToggle(stranger, "welcome-banner");

  await expect(signals({ environment: "staging" })).rejects.toMatchObject({
    code: expect.stringMatching(/sdk_key_not_found|environment_not_found/),
  });
  await expect(signals({}, stranger)).rejects.toMatchObject({ code: "sdk_key_not_found" });
});

async function tell(counts: readonly object[]): Promise<void> {
  const { tenantId, home } = caller.person;
  const batch = parseInput(usageBatchInput, {
    batchId: randomUUID(),
    sdk: { name: "burgee-js-server", version: "0.1.0" },
    applied: null,
    counts,
    events: [],
    unknownKeys: [],
  });
  const environment = { tenantId, environmentId: home.environmentId };
  await recordUsage(caller.db, environment, sdkKeyId.parse(keyId), batch);
}
