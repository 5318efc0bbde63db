import type { JobId } from "@burgee/db";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, addMember, aToggle, install } from "../../test/installation.ts";
import type { Caller } from "../access/caller.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { jobId } from "../ids.ts";
import { beginDataKeyRotation } from "../keyring/begin-data-key-rotation.ts";
import { rotateDataKey } from "../keyring/rotate-data-key.ts";
import { beginStaleScan } from "../lifecycle/begin-stale-scan.ts";
import { listLives, listLivesInput } from "../lifecycle/list-lives.ts";
import { scanStaleToggles } from "../lifecycle/scan-stale-toggles.ts";
import { beginWarming } from "../rulesets/begin-warming.ts";
import { warmTenant } from "../rulesets/warm-tenant.ts";
import { createWebhook } from "../webhooks/change-webhooks.ts";
import { createWebhookInput } from "../webhooks/webhook-input.ts";
import { getJob } from "./get-job.ts";
import { createJobRunner } from "./job-runner.ts";
import type { JobView } from "./job-view.ts";
import type { LongJob } from "./long-job.ts";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
const installation = await install();
const { admin, db, system, keyring, keyEncryption } = installation;
let caller: AtHome;
beforeEach(async () => {
  caller = await installation.newTenant();
});
afterAll(() => installation.close());

test("a scan for stale toggles says how many it looked at, and finds what a night would", async () => {
  for (const key of ["fresh", "forgotten"]) await aToggle(caller, key);
  await admin.query(
    "update burgee.toggles set created_at = now() - interval '40 days' where tenant_id = $1 and key = 'forgotten'",
    [caller.person.tenantId],
  );

  const job = await run(await beginStaleScan(caller), scanStaleToggles, { db });

  expect(job).toMatchObject({
    status: "succeeded",
    progress: { done: 2, total: 2, unit: "toggles" },
    result: { toggles: 2, becameStale: 1 },
  });
  const { items } = await listLives(caller, parseInput(listLivesInput, { stale: true }));
  expect(items.map(({ key }) => key)).toEqual(["forgotten"]);
});

test("a rotation of the tenant's data key leaves nothing sealed by the old one, and other tenants' as they are", async () => {
  const other = await installation.newTenant();
  for (const tenant of [caller, other]) {
    await createWebhook(
      { ...tenant, keyring, refusalOf: () => undefined },
      parseInput(createWebhookInput, { name: "Hook", url: "https://hooks.example.com" }),
    );
  }
  const [before, othersBefore] = [await sealingKeys(caller), await sealingKeys(other)];

  const job = await run(await beginDataKeyRotation(caller), rotateDataKey, { system, keyEncryption });

  const after = await sealingKeys(caller);
  expect(job).toMatchObject({ status: "succeeded", result: { broken: 0 }, progress: { unit: "secrets" } });
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  expect(await sealingKeys(other)).toEqual(othersBefore);
});

test("warming publishes what waits of the tenant, and nobody else's", async () => {
  const other = await installation.newTenant();
  for (const tenant of [caller, other]) await aToggle(tenant, "cart");
  const deps = {
    ...{ db, system, keyring, warmedPerSecond: 1_000 },
    announce: async () => undefined,
    onOutcome: () => undefined,
  };

  const job = await run(await beginWarming(caller), warmTenant, deps);
  const again = await run(await beginWarming(caller), warmTenant, deps);

  expect(job).toMatchObject({
    result: { published: 1, ready: 0, failed: 0 },
    progress: { done: 1, total: 1, unit: "environments" },
  });
  expect(again).toMatchObject({ result: { published: 0, ready: 1 } });
  const { rows } = await admin.query(
    "select tenant_id from burgee.rulesets where tenant_id = any ($1) and revision > 1",
    [[caller, other].map(({ person }) => person.tenantId)],
  );
  expect(rows).toEqual([{ tenant_id: caller.person.tenantId }]);
});

test.each([beginStaleScan, beginDataKeyRotation, beginWarming])("%o is not for a viewer", async (begin) => {
  const viewer = await addMember(caller, "viewer");

  await expect(begin(viewer)).rejects.toMatchObject({ code: "forbidden" });
});

async function run<Deps>(begun: JobView, job: LongJob<Deps>, deps: Deps): Promise<JobView> {
  const id = idOf(begun);
  const runJob = createJobRunner({ db, jobs: [job], deps, log: SILENT });
  const target = { tenantId: caller.person.tenantId, jobId: id, kind: job.kind };
  await runJob(target, new AbortController().signal);
  return getJob(caller, { id });
}

function idOf({ id }: JobView): JobId {
  return parseInput(jobId, id);
}

/** Those that seal a secret of the tenant's. */
async function sealingKeys({ person }: Pick<Caller, "person">): Promise<readonly string[]> {
  const { rows } = await admin.query<{ data_key_id: string }>(
    `select data_key_id from burgee.webhook_secrets where tenant_id = $1
      union select data_key_id from burgee.signing_keys where tenant_id = $1`,
    [person.tenantId],
  );
  return rows.map((row) => row.data_key_id);
}
