import type { NoticeType } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import {
  type AtHome,
  addMember,
  asFound,
  aToggle,
  homeless,
  inRole,
  install,
} from "../../test/installation.ts";
import { listAudit, listAuditInput } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { finishRotations, replaceDataKeys } from "../keyring/rotate-data-keys.ts";
import { announceNotice } from "../notices/announce-notice.ts";
import { createProject } from "../projects/create-project.ts";
import {
  createWebhook,
  removeWebhook,
  rotateWebhookSecret,
  updateWebhook,
  type WebhookCaller,
} from "./change-webhooks.ts";
import { claimDelivery, deliver, type PostWebhook } from "./deliver.ts";
import { DELIVERY_TIMES } from "./delivery-times.ts";
import { listDeliveries } from "./list-deliveries.ts";
import { listWebhooks } from "./list-webhooks.ts";
import { replayDeliveries } from "./replay-deliveries.ts";
import { testWebhook } from "./test-webhook.ts";
import { createWebhookInput, updateWebhookInput } from "./webhook-input.ts";

const installation = await install();
const { admin, db, system, keyring, newTenant } = installation;
let caller: AtHome & WebhookCaller;

beforeEach(async () => {
  caller = withPorts(await newTenant());
});
afterAll(() => installation.close());

const url = "https://hooks.example.com/a-secret-path";

describe("a webhook", () => {
  test("is shown with everything but its secret, which is told once", async () => {
    const created = await aWebhook({ name: "Chat", project: "web", types: ["toggle.changed"] });
    const { secret, ...shown } = created;

    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await listWebhooks(caller, {})).toEqual([shown]);
    expect(shown).toMatchObject({ name: "Chat", url, project: "web", state: "active", version: 1 });
    const { rows } = await admin.query("select sealed_secret from burgee.webhook_secrets");
    expect(JSON.stringify(rows)).not.toContain(secret.slice("whsec_".length));
  });

  test("leaves no secret in the audit trail, and nothing of its address but whose it is", async () => {
    const { id } = await aWebhook();
    await updateWebhook(caller, edit({ id, expectedVersion: 1, name: "Other" }));
    await rotateWebhookSecret(caller, { id: idOf(id), overlapHours: 0 });
    await removeWebhook(caller, { id: idOf(id), expectedVersion: 2 });

    const { items } = await listAudit(caller, parseInput(listAuditInput, { objectKind: "webhook" }));
    expect(items.map(({ action }) => action)).toEqual([
      "webhook.removed",
      "webhook.secret_rotated",
      "webhook.updated",
      "webhook.created",
    ]);
    expect(JSON.stringify(items)).not.toMatch(/a-secret-path|whsec_/);
    expect(items.at(-1)?.after).toMatchObject({ origin: "https://hooks.example.com" });
  });

  test("is not made for an address that is not called", async () => {
    const refused = { ...caller, refusalOf: () => "This address is not called: only https is called." };

    await expect(
      createWebhook(refused, parseInput(createWebhookInput, { name: "A", url })),
    ).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/url", message: "This address is not called: only https is called." }],
    });
  });

  test("is not made for an environment that nobody has", async () => {
    await expect(aWebhook({ environments: ["prodution"] })).rejects.toMatchObject({
      code: "environment_not_found",
    });
  });

  test("is not changed over somebody else's change", async () => {
    const { id } = await aWebhook();
    await updateWebhook(caller, edit({ id, expectedVersion: 1, state: "paused" }));

    await expect(updateWebhook(caller, edit({ id, expectedVersion: 1, name: "B" }))).rejects.toMatchObject({
      code: "version_conflict",
    });
  });

  test("of a project is its admins' alone, who see none of the tenant's", async () => {
    const ofTenant = await aWebhook({ name: "Tenant" });
    const ofWeb = await aWebhook({ name: "Web", project: "web" });
    const member = withPorts(await addMember(homeless(caller), "viewer"));
    await db.transact(caller.person.tenantId, ({ grants }) =>
      grants.set(
        {
          userId: member.person.userId,
          projectId: caller.person.home.projectId,
          environmentId: null,
          role: "admin",
        },
        "system",
      ),
    );
    const admin = withPorts(await asFound(member));

    expect(await listWebhooks(admin, { project: "web" })).toMatchObject([{ id: ofWeb.id }]);
    await expect(listWebhooks(admin, {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(testWebhook(admin, { id: idOf(ofTenant.id) })).rejects.toMatchObject({ code: "forbidden" });
    await expect(listWebhooks(inRole(caller, "editor"), {})).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("what is put there for a webhook", () => {
  test.each<[what: string, input: object, expected: readonly NoticeType[]]>([
    ["all", {}, ["toggle.changed", "toggle.changed", "segment.changed", "export.ready"]],
    ["its project's", { project: "web" }, ["toggle.changed", "toggle.changed", "segment.changed"]],
    ["none of another project", { project: "app" }, []],
    ["what it asks for", { types: ["segment.changed", "export.ready"] }, ["segment.changed", "export.ready"]],
    [
      "its environments', and what concerns no single one",
      { environments: ["staging"] },
      ["toggle.changed", "segment.changed", "export.ready"],
    ],
  ])("is %s", async (_, input, expected) => {
    await createProject(caller, { key: "app", name: "App" });
    await createEnvironment(caller, { key: "staging", name: "Staging" });
    const { id } = await aWebhook(input);

    await aToggle(caller, "cart");
    await db.transact(caller.person.tenantId, async (writers) => {
      const { projectId } = caller.person.home;
      await announceNotice(writers, { type: "segment.changed", projectId, data: {} });
      await announceNotice(writers, { type: "export.ready", data: {} });
    });

    const { items } = await listDeliveries(caller, { id: idOf(id), limit: 50 });
    expect(items.map(({ type }) => type).sort()).toEqual([...expected].sort());
  });

  test("waits while it is paused, and is none once it is disabled", async () => {
    const paused = await aWebhook({ name: "Paused" });
    const disabled = await aWebhook({ name: "Disabled" });
    await updateWebhook(caller, edit({ id: paused.id, expectedVersion: 1, state: "paused" }));
    await admin.query(
      "update burgee.webhooks set state = 'disabled', disabled_for = 'failing' where webhook_id = $1",
      [disabled.id],
    );

    await aToggle(caller, "cart");

    expect(await claimDelivery({ system }, caller.person.tenantId)).toBeUndefined();
    await updateWebhook(caller, edit({ id: paused.id, expectedVersion: 2, state: "active" }));
    expect(await claimDelivery({ system }, caller.person.tenantId)).toMatchObject({ webhookId: paused.id });
    expect(await claimDelivery({ system }, caller.person.tenantId)).toBeUndefined();
  });
});

describe("a delivery", () => {
  test("is claimed by one worker, and by another once the claim ran out", async () => {
    await aWebhook();
    await aToggle(caller, "cart");
    const { tenantId } = caller.person;

    const claims = await Promise.all([1, 2, 3].map(() => claimDelivery({ system }, tenantId)));
    const [claimed] = claims.filter((each) => each !== undefined);
    await admin.query("update burgee.webhook_deliveries set claimed_until = now() where tenant_id = $1", [
      tenantId,
    ]);
    const again = await claimDelivery({ system }, tenantId);

    expect(claims.filter((each) => each !== undefined)).toHaveLength(1);
    expect(again).toMatchObject({ noticeId: claimed?.noticeId, attempt: 2 });
  });

  test("is one of four at most on their way to a tenant, however many workers ask", async () => {
    await aWebhook();
    for (let at = 0; at < 6; at++) await aNotice();

    const claims = await Promise.all(
      Array.from({ length: 12 }, () => claimDelivery({ system }, caller.person.tenantId)),
    );

    expect(claims.filter((each) => each !== undefined)).toHaveLength(4);
  });

  test("that somebody else took over meanwhile is not undone by who was slow", async () => {
    const { id } = await aWebhook();
    await aNotice();
    const { tenantId } = caller.person;
    const slow = must(await claimDelivery({ system }, tenantId));
    await admin.query("update burgee.webhook_deliveries set claimed_until = now() where tenant_id = $1", [
      tenantId,
    ]);
    const quick = must(await claimDelivery({ system }, tenantId));

    // It would be the last try of who is slow: what somebody else is at is not given up.
    await deliver({ ...ports(answering(500)), times: { ...DELIVERY_TIMES, retriesMs: [] } }, slow);
    await makeDue();
    const meanwhile = await claimDelivery({ system }, tenantId);
    await deliver(ports(answering(200)), quick);

    expect(meanwhile).toBeUndefined();
    const { items } = await listDeliveries(caller, { id: idOf(id), limit: 50 });
    expect(items).toMatchObject([{ state: "delivered", tries: [{ status: 200 }, { status: 500 }] }]);
    const letters = await admin.query("select from burgee.dead_letters where tenant_id = $1", [tenantId]);
    expect(letters.rowCount).toBe(0);
  });

  test("is given up after its last try, kept as a dead letter, and sent again under its id when it is replayed", async () => {
    const { id } = await aWebhook();
    await aNotice();
    const sent: (string | undefined)[] = [];
    const failing = answering(500, sent);

    for (let at = 0; at < 8; at++) {
      await makeDue();
      await deliver(ports(failing), must(await claimDelivery({ system }, caller.person.tenantId)));
    }

    await makeDue();
    expect(await claimDelivery({ system }, caller.person.tenantId)).toBeUndefined();
    const { items } = await listDeliveries(caller, { id: idOf(id), limit: 50 });
    expect(items).toMatchObject([{ state: "given_up", attempts: 8, nextAt: null }]);
    const { rows } = await admin.query(
      "select payload from burgee.dead_letters where tenant_id = $1 and source = 'deliver-webhook'",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([{ payload: { webhookId: id, noticeId: items[0]?.id } }]);

    expect(await replayDeliveries(caller, { id: idOf(id) })).toEqual({ replayed: 1 });
    await makeDue();
    await deliver(ports(answering(204, sent)), must(await claimDelivery({ system }, caller.person.tenantId)));
    expect(await listDeliveries(caller, { id: idOf(id), limit: 50 })).toMatchObject({
      items: [{ state: "delivered", attempts: 9 }],
    });
    expect(new Set(sent)).toEqual(new Set([items[0]?.id]));
    expect(sent).toHaveLength(9);
  });

  test("that nobody made is replayed by nobody", async () => {
    const { id } = await aWebhook();
    const other = await aWebhook({ name: "Other", types: ["export.failed"] });
    await aNotice();
    const { items } = await listDeliveries(caller, { id: idOf(id), limit: 50 });
    const delivery = must(items[0]).id as Parameters<typeof replayDeliveries>[1]["delivery"];

    await expect(
      replayDeliveries(caller, { id: idOf(other.id), ...(delivery && { delivery }) }),
    ).rejects.toMatchObject({ code: "delivery_not_found" });
  });

  test("tries a webhook out on the way that all go", async () => {
    const { id } = await aWebhook({ types: ["export.ready"] });
    await aWebhook({ name: "Other" });

    const { delivery } = await testWebhook(caller, { id: idOf(id) });

    const claimed = must(await claimDelivery({ system }, caller.person.tenantId));
    expect(claimed).toMatchObject({ webhookId: id, noticeId: delivery, type: "webhook.test" });
    expect(await claimDelivery({ system }, caller.person.tenantId)).toBeUndefined();
  });
});

describe("an endpoint that fails", () => {
  test("is tried by one delivery at a time after ten failures in a row, and not at all for a while", async () => {
    await aWebhook();
    for (let at = 0; at < 3; at++) await aNotice();
    const { tenantId } = caller.person;
    for (let at = 0; at < 10; at++) {
      await makeDue();
      await deliver(ports(answering(500)), must(await claimDelivery({ system }, tenantId)));
    }

    await makeDue();
    expect(await claimDelivery({ system }, tenantId)).toBeUndefined();
    await admin.query("update burgee.webhooks set blocked_until = now() where tenant_id = $1", [tenantId]);
    const probe = must(await claimDelivery({ system }, tenantId));
    expect(await claimDelivery({ system }, tenantId)).toBeUndefined();
    await deliver(ports(answering(200)), probe);

    expect(await listWebhooks(caller, {})).toMatchObject([{ failures: 0, blockedUntil: null }]);
    await makeDue();
    expect(await claimDelivery({ system }, tenantId)).toBeDefined();
  });

  test("is disabled after five days, which its maker is told, and so is another webhook", async () => {
    const { id } = await aWebhook();
    const other = await aWebhook({ name: "Other", types: ["webhook.disabled"] });
    await aNotice();
    const { tenantId, userId } = caller.person;
    await admin.query(
      "update burgee.webhooks set failures = 20, failing_since = now() - interval '6 days' where webhook_id = $1",
      [id],
    );

    await deliver(ports(answering(500)), must(await claimDelivery({ system }, tenantId)));

    expect(await listWebhooks(caller, {})).toMatchObject([
      { name: "Hook", state: "disabled", disabledFor: "failing" },
      { name: "Other", state: "active" },
    ]);
    expect(await listDeliveries(caller, { id: idOf(other.id), limit: 50 })).toMatchObject({
      items: [{ type: "webhook.disabled" }],
    });
    const mails = await admin.query("select user_id from burgee.notice_mails where tenant_id = $1", [
      tenantId,
    ]);
    expect(mails.rows).toEqual([{ user_id: userId }]);
    const { items } = await listAudit(caller, parseInput(listAuditInput, { limit: 1 }));
    expect(items).toMatchObject([{ action: "webhook.disabled", actor: "system" }]);
  });

  test("is disabled at once when it says that it is gone", async () => {
    const { id } = await aWebhook();
    await aNotice();

    await deliver(ports(answering(410)), must(await claimDelivery({ system }, caller.person.tenantId)));

    expect(await listWebhooks(caller, {})).toMatchObject([{ id, state: "disabled", disabledFor: "gone" }]);
  });
});

describe("a secret", () => {
  test("that is rotated signs beside its successor for as long as was said, and one before it no more", async () => {
    const { id } = await aWebhook();
    const secretsNow = async () => {
      await admin.query("update burgee.webhook_deliveries set claimed_until = null where tenant_id = $1", [
        caller.person.tenantId,
      ]);
      return must(await claimDelivery({ system }, caller.person.tenantId)).secrets.length;
    };
    await aNotice();

    await rotateWebhookSecret(caller, { id: idOf(id), overlapHours: 24 });
    const during = await secretsNow();
    await rotateWebhookSecret(caller, { id: idOf(id), overlapHours: 24 });
    const again = await secretsNow();
    await rotateWebhookSecret(caller, { id: idOf(id), overlapHours: 0 });

    expect([during, again, await secretsNow()]).toEqual([2, 2, 1]);
  });

  test("that was damaged fails its deliveries, which people see, until it is rotated", async () => {
    const { id } = await aWebhook();
    await aNotice();
    await admin.query(
      "update burgee.webhook_secrets set sealed_secret = left(sealed_secret, -4) || 'AAAA' where webhook_id = $1",
      [id],
    );
    const { tenantId } = caller.person;

    const outcome = await deliver(ports(answering(200)), must(await claimDelivery({ system }, tenantId)));

    expect(outcome).toBe("failed");
    const { items } = await listDeliveries(caller, { id: idOf(id), limit: 1 });
    expect(items).toMatchObject([
      { tries: [{ status: null, error: expect.stringMatching(/^broken_secret: /) }] },
    ]);
    await rotateWebhookSecret(caller, { id: idOf(id), overlapHours: 0 });
    await makeDue();
    const again = must(await claimDelivery({ system }, tenantId));
    expect(await deliver(ports(answering(200)), again)).toBe("delivered");
  });

  test("is sealed anew along with everything else, and signs as before", async () => {
    await aWebhook();
    await aNotice();
    const { keyEncryption } = installation;
    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    await finishRotations({ system, keyring: installation.newKeyring(), keyEncryption });

    const claimed = must(await claimDelivery({ system }, caller.person.tenantId));

    expect(await deliver({ ...ports(answering(200)), keyring: installation.newKeyring() }, claimed)).toBe(
      "delivered",
    );
    const { rows } = await admin.query(
      `select count(*)::int as left_behind from burgee.webhook_secrets join burgee.data_keys using (tenant_id, data_key_id)
        where replaced_at is not null`,
    );
    expect(rows).toEqual([{ left_behind: 0 }]);
  });
});

test("notices are forgotten after 30 days, with what was sent of them", async () => {
  const { id } = await aWebhook();
  await aNotice();
  await deliver(ports(answering(200)), must(await claimDelivery({ system }, caller.person.tenantId)));
  await aNotice();
  await admin.query(
    `update burgee.notices set created_at = now() - interval '31 days'
      where notice_id in (select notice_id from burgee.webhook_attempts where tenant_id = $1)`,
    [caller.person.tenantId],
  );

  expect(await system.retention.deleteOlder("notices", { days: 30, most: 100 })).toBe(1);

  const { items } = await listDeliveries(caller, { id: idOf(id), limit: 50 });
  expect(items).toMatchObject([{ state: "waiting" }]);
});

function withPorts<C extends object>(of: C) {
  return { ...of, keyring, refusalOf: () => undefined };
}

function aWebhook(input: object = {}) {
  return createWebhook(caller, parseInput(createWebhookInput, { name: "Hook", url, ...input }));
}

function edit(input: object) {
  return parseInput(updateWebhookInput, input);
}

function idOf(id: string) {
  return edit({ id, expectedVersion: 1 }).id;
}

function aNotice() {
  return db.transact(caller.person.tenantId, (writers) =>
    announceNotice(writers, { type: "export.ready", data: {} }),
  );
}

/** All that waits, without a wait. */
async function makeDue(): Promise<void> {
  await admin.query("update burgee.webhook_deliveries set due_at = now() where tenant_id = $1", [
    caller.person.tenantId,
  ]);
}

function answering(status: number, sent: (string | undefined)[] = []): PostWebhook {
  return async (_, { headers }) => {
    sent.push(headers["webhook-id"]);
    return { status, retryAfter: null, text: "" };
  };
}

function ports(post: PostWebhook) {
  return { db, system, keyring, post, times: DELIVERY_TIMES };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("Nothing came where something was to come.");
  return value;
}
