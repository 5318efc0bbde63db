import { type DeadLetterId, type JobId, newId } from "@burgee/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AtHome, addMember, type Installation, inRole, install } from "../../test/installation.ts";
import { withReach } from "../access/access.ts";
import type { Caller } from "../access/caller.ts";
import { beginAuditVerification } from "../audit/begin-audit-verification.ts";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAudit } from "../audit/verify-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { createWebhook } from "../webhooks/change-webhooks.ts";
import { claimDelivery, deliver } from "../webhooks/deliver.ts";
import { DELIVERY_TIMES } from "../webhooks/delivery-times.ts";
import { createWebhookInput } from "../webhooks/webhook-input.ts";
import { cancelJob } from "./cancel-job.ts";
import { getJob } from "./get-job.ts";
import { createJobRunner } from "./job-runner.ts";
import { listDeadLetters } from "./list-dead-letters.ts";
import { listJobs } from "./list-jobs.ts";
import { LONG_JOBS } from "./long-jobs.ts";
import { replayDeadLetter } from "./replay-dead-letter.ts";

const NEVER = new AbortController().signal;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined, child: () => SILENT };
const ALL = { limit: 50 };

let house: Installation;
let owner: AtHome;
let editor: AtHome;
let viewer: AtHome;
beforeAll(async () => {
  house = await install();
  owner = await house.newTenant();
  editor = await addMember(owner, "editor");
  viewer = await addMember(owner, "viewer");
});
afterAll(() => house.close());

test("a verification of the audit trail says how many entries are good", async () => {
  const { id, status } = await beginAuditVerification(owner);
  expect(status).toBe("waiting");
  expect(house.nudgedJobs.at(-1)).toEqual({
    tenantId: owner.person.tenantId,
    jobId: id,
    kind: "verify-audit",
  });

  expect(await run(id)).toBe("succeeded");

  const { items } = await listAudit(owner, { limit: 1 });
  expect(await getJob(owner, { id: idOf(id) })).toMatchObject({
    status: "succeeded",
    progress: { done: items[0]?.seq, total: items[0]?.seq, unit: "entries" },
    result: { verified: items[0]?.seq, fault: null },
  });
});

describe("a job", () => {
  test("is seen by who began it and by who holds what its kind asks for, and by nobody else", async () => {
    const { id } = await beginAuditVerification(editor);
    const lowered = inRole(editor, "viewer");
    const narrowKey = { ...editor, person: withKeyFor(editor, ["toggle.read"]) };
    const stranger = await house.newTenant();

    const seen = async (caller: Caller) => {
      const { items } = await listJobs(caller, ALL);
      const isListed = items.some((job) => job.id === id);
      const isFound = await getJob(caller, { id: idOf(id) }).then(
        () => true,
        ({ code }) => code,
      );
      return [isListed, isFound];
    };

    expect(await seen(owner)).toEqual([true, true]);
    expect(await seen(editor)).toEqual([true, true]);
    expect(await seen(lowered)).toEqual([true, true]);
    for (const caller of [viewer, narrowKey, stranger]) {
      expect(await seen(caller)).toEqual([false, "job_not_found"]);
      await expect(cancelJob(caller, { id: idOf(id) })).rejects.toMatchObject({ code: "job_not_found" });
    }
  });

  test("is cancelled once, and stands in the audit trail", async () => {
    const { id } = await beginAuditVerification(owner);

    expect(await cancelJob(owner, { id: idOf(id) })).toMatchObject({ status: "cancelled" });

    await expect(cancelJob(owner, { id: idOf(id) })).rejects.toMatchObject({ code: "job_ended" });
    expect(await run(id)).toBe("left");
    const { items } = await listAudit(owner, { action: "job.cancelled", limit: 1 });
    expect(items).toMatchObject([{ object: `job/${id}` }]);
  });

  test("is listed a page at a time, the newest first, by status and kind", async () => {
    const caller = await house.newTenant();
    const begun: string[] = [];
    for (let made = 0; made < 5; made++) begun.unshift((await beginAuditVerification(caller)).id);
    await cancelJob(caller, { id: idOf(begun[2] ?? "") });

    const first = await listJobs(caller, { limit: 2 });
    const second = await listJobs(caller, { limit: 2, before: idOf(first.nextBefore ?? "") });
    const third = await listJobs(caller, { limit: 2, before: idOf(second.nextBefore ?? "") });

    const listed = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(listed).toEqual(begun);
    expect(third.nextBefore).toBeNull();
    const cancelled = await listJobs(caller, { ...ALL, status: "cancelled", kind: "verify-audit" });
    expect(cancelled.items.map(({ id }) => id)).toEqual([begun[2]]);
    expect((await listJobs(caller, { ...ALL, kind: "nothing" })).items).toEqual([]);
  });
});

describe("a dead letter", () => {
  test("is replayed once, however many ask for it at once, and the job is tried anew", async () => {
    const { id } = await beginAuditVerification(owner);
    await failForGood(id);
    const [letter] = (await listDeadLetters(owner, ALL)).items;
    expect(letter).toMatchObject({
      source: "verify-audit",
      payload: { jobId: id },
      error: expect.stringContaining("operator"),
      replayedAt: null,
    });
    const nudgedBefore = house.nudgedJobs.length;

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => replayDeadLetter(owner, { id: letterId(letter?.id) })),
    );

    expect(new Set(answers.map(({ replayedAt }) => replayedAt)).size).toBe(1);
    expect(answers[0]).toMatchObject({ replayedBy: `user:${owner.person.userId}` });
    expect(house.nudgedJobs.length - nudgedBefore).toBe(1);
    expect(await getJob(owner, { id: idOf(id) })).toMatchObject({
      status: "waiting",
      attempts: 0,
      error: null,
    });
    const { items } = await listAudit(owner, { action: "dead_letter.replayed", limit: 9 });
    expect(items.filter(({ object }) => object === `dead-letter/${letter?.id}`)).toHaveLength(1);

    expect(await run(id)).toBe("succeeded");
  });

  test("of a rollout step, a scheduled change or a ruleset is replayed by the way it came", async () => {
    const { tenantId } = owner.person;
    const rolloutPlanId = newId();
    const { environmentId } = owner.person.home;
    const attempts = { attempts: 8, error: "connect ECONNREFUSED 10.0.0.1" };
    const step = { source: "apply-rollout-step", payload: { tenantId, rolloutPlanId, step: 3, version: 2 } };
    await house.system.addDeadLetter({ tenantId, ...step, ...attempts });
    const scheduledChangeId = newId();
    const change = { tenantId, environmentId, scheduledChangeId };
    await house.system.addDeadLetter({
      ...{ tenantId, source: "apply-scheduled-changes", payload: change },
      ...attempts,
    });
    await house.system.addDeadLetter({
      tenantId,
      source: "publish-ruleset",
      payload: { environmentId },
      ...attempts,
    });
    const { items } = await listDeadLetters(owner, { ...ALL, isReplayed: false });

    for (const { id } of items) await replayDeadLetter(owner, { id: letterId(id) });

    expect(house.scheduled.at(-1)).toEqual({
      step: { tenantId, rolloutPlanId, step: 3, version: 2 },
      delayMs: 0,
    });
    expect(house.alarms.at(-1)).toEqual({ change, delayMs: 0 });
    expect(house.nudges.at(-1)).toEqual({ tenantId, environmentId, revision: 0 });
    expect(items.map(({ error }) => error)).toEqual([null, null, null]);
    expect((await listDeadLetters(owner, { ...ALL, isReplayed: false })).items).toEqual([]);
  });

  test("whose job was tried anew meanwhile is not replayed", async () => {
    const { id } = await beginAuditVerification(owner);
    await failForGood(id);
    const [letter] = (await listDeadLetters(owner, { ...ALL, isReplayed: false })).items;
    await house.admin.query("update burgee.jobs set status = 'waiting', ended_at = null where job_id = $1", [
      id,
    ]);

    const replayed = replayDeadLetter(owner, { id: letterId(letter?.id) });

    await expect(replayed).rejects.toMatchObject({ code: "dead_letter_stale" });
    const left = await listDeadLetters(owner, { ...ALL, isReplayed: false });
    expect(left.items.map((each) => each.id)).toEqual([letter?.id]);
  });

  test("of a delivery to a webhook puts it back to be tried, unless the webhook is gone", async () => {
    const ports = { keyring: house.keyring, refusalOf: () => undefined };
    const hook = { name: "Hook", url: "https://hooks.example.com" };
    const webhook = await createWebhook({ ...owner, ...ports }, parseInput(createWebhookInput, hook));
    const { tenantId } = owner.person;
    const { db, system, keyring } = house;
    const post = async () => ({ status: 500, retryAfter: null, text: "" });
    const times = { ...DELIVERY_TIMES, retriesMs: [] };
    const giveUp = async () => {
      await db.transact(tenantId, (writers) => announceNotice(writers, { type: "export.ready", data: {} }));
      const claimed = await claimDelivery({ system }, tenantId);
      if (claimed) await deliver({ db, system, keyring, post, times }, claimed);
      return letterId((await listDeadLetters(owner, { ...ALL, source: "deliver-webhook" })).items[0]?.id);
    };

    await replayDeadLetter(owner, { id: await giveUp() });

    expect(await claimDelivery({ system }, tenantId)).toMatchObject({ webhookId: webhook.id, attempt: 2 });
    const id = await giveUp();
    await house.admin.query("delete from burgee.webhooks where webhook_id = $1", [webhook.id]);
    await expect(replayDeadLetter(owner, { id })).rejects.toMatchObject({ code: "dead_letter_stale" });
  });

  test("is for who may manage jobs, and is not there for another tenant", async () => {
    const stranger = await house.newTenant();
    const [letter] = (await listDeadLetters(owner, ALL)).items;
    const id = letterId(letter?.id);

    await expect(listDeadLetters(editor, ALL)).rejects.toMatchObject({ code: "forbidden" });
    await expect(replayDeadLetter(editor, { id })).rejects.toMatchObject({ code: "forbidden" });
    await expect(replayDeadLetter(stranger, { id })).rejects.toMatchObject({ code: "dead_letter_not_found" });
    expect((await listDeadLetters(stranger, ALL)).items).toEqual([]);
  });
});

function run(id: string) {
  const { db } = house;
  const runJob = createJobRunner({ db, jobs: [verifyAudit], deps: { db }, log: SILENT });
  return runJob({ tenantId: owner.person.tenantId, jobId: idOf(id), kind: "verify-audit" }, NEVER);
}

/** As if its last try had failed. */
async function failForGood(id: string): Promise<void> {
  const broken = LONG_JOBS.map((job) => ({
    ...job,
    attempts: 1,
    perform: async () => {
      throw new Error("no luck");
    },
  }));
  const runJob = createJobRunner({ db: house.db, jobs: broken, deps: house, log: SILENT });
  await runJob({ tenantId: owner.person.tenantId, jobId: idOf(id), kind: "verify-audit" }, NEVER);
}

function withKeyFor({ person }: AtHome, permissions: readonly string[]) {
  return { ...person, access: withReach(person.access, { permissions, environments: null }) };
}

function idOf(id: string): JobId {
  return id as JobId;
}

function letterId(id = ""): DeadLetterId {
  return id as DeadLetterId;
}
