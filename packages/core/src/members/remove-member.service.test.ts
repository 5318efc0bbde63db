import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, inRole, install } from "../../test/installation.ts";
import { setGrant } from "../grants/change-grants.ts";
import { sdkKeyId } from "../ids.ts";
import { invite } from "../invitations/invite.ts";
import { joinAsSelf } from "../invitations/join.ts";
import { issueSdkKey } from "../sdk-keys/issue-sdk-key.ts";
import { hashKey } from "../sdk-keys/key-format.ts";
import { rotateOwnSdkKey } from "../sdk-keys/rotate-sdk-key.ts";
import { listMembers } from "./list-members.ts";
import { leaveTenant, removeMember } from "./remove-member.ts";

const ROUNDS = 10;
const byHand = { linkOf: (token: string) => token, send: undefined, onUnsent: () => undefined };
const installation = await install();
const { db, system, admin } = installation;
let owner: AtHome;

beforeEach(async () => {
  owner = await installation.newTenant();
});
afterAll(() => installation.close());

test("members are listed page by page, of this tenant alone", async () => {
  await addMember(await installation.newTenant(), "viewer");
  const members = [owner, await addMember(owner, "viewer"), await addMember(owner, "editor")];

  const first = await listMembers(owner, { limit: 2 });
  const second = await listMembers(owner, { cursor: first.nextCursor ?? undefined, limit: 2 });

  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null]);
  const listed = [...first.items, ...second.items].map(({ userId }) => userId);
  expect(listed.toSorted()).toEqual(members.map(({ person }) => person.userId).toSorted());
  await expect(listMembers(inRole(owner, "viewer"), { limit: 2 })).rejects.toMatchObject({
    code: "forbidden",
  });
});

describe("who is removed", () => {
  test("has no session, key, grant or invitation here any more, and keeps those of other tenants", async () => {
    const member = await addMember(owner, "admin");
    const { userId } = member.person;
    const elsewhere = await installation.newTenant();
    await db.transact(elsewhere.person.tenantId, ({ tenants }) => tenants.addMember(userId, "viewer"));
    await beginSession(member.person.tenantId, userId);
    await beginSession(elsewhere.person.tenantId, userId);
    await setGrant(owner, { userId, project: "web", role: "viewer" });
    const { key } = await keyOf(member);
    await invite(inRole(member, "admin"), byHand, { email: "friend@example.com", role: "viewer" });

    await removeMember(owner, { userId });

    expect(await left(userId)).toEqual({ sessions: 1, memberships: 1, grants: 0, invitations: 0, keys: 0 });
    expect(await system.credentials.findKey(hashKey(key))).toBeUndefined();
    const [entry] = await db.read(owner.person.tenantId, ({ audit }) =>
      audit.list({ before: undefined, limit: 1 }),
    );
    expect(entry).toMatchObject({
      action: "member.removed",
      object: `member/${userId}`,
      before: { role: "admin" },
      after: { endedKeys: 1 },
    });
  });

  test("brings no old key to life by coming back", async () => {
    const member = await addMember(owner, "editor");
    const { userId } = member.person;
    const { key } = await keyOf(member);
    await removeMember(owner, { userId });
    const user = await system.credentials.findUserById(userId);
    const { link } = await invite(owner, byHand, { email: user?.email ?? "", role: "editor" });
    const ports = { db, system, requestId: "req-1", onUnrecorded: () => undefined };

    await joinAsSelf(ports, { token: link ?? "" }, { userId });

    expect(await system.credentials.findKey(hashKey(key))).toBeUndefined();
    expect(await left(userId)).toMatchObject({ memberships: 1, sessions: 0 });
  });

  test("leaves no key behind that replaced another", async () => {
    const member = await addMember(owner, "editor");
    const old = await keyOf(member);
    const { key } = await rotateOwnSdkKey(member, { id: sdkKeyId.parse(old.id) });

    await removeMember(owner, member.person);

    expect(await system.credentials.findKeys([hashKey(old.key), hashKey(key)])).toEqual(new Map());
    expect(await left(member.person.userId)).toMatchObject({ memberships: 0, keys: 0 });
  });

  test("may not be more than who removes them, anywhere", async () => {
    const boss = await addMember(owner, "admin");
    const guest = await addMember(owner, "viewer");
    await setGrant(owner, { userId: boss.person.userId, project: "web", role: "viewer" });
    await setGrant(owner, { userId: guest.person.userId, project: "web", role: "editor" });

    await expect(removeMember(boss, owner.person)).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeMember(boss, guest.person)).rejects.toMatchObject({ code: "forbidden" });
    await expect(removeMember(guest, boss.person)).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is found in no other tenant", async () => {
    const stranger = await installation.newTenant();

    await expect(removeMember(stranger, owner.person)).rejects.toMatchObject({ code: "member_not_found" });
    expect(await left(owner.person.userId)).toMatchObject({ memberships: 1 });
  });
});

describe("who leaves", () => {
  test("is gone, and the trail says that they went by themselves", async () => {
    const member = await addMember(owner, "viewer");
    await beginSession(member.person.tenantId, member.person.userId);

    await leaveTenant(member, member.person);

    expect(await left(member.person.userId)).toMatchObject({ memberships: 0, sessions: 0 });
    const [entry] = await db.read(owner.person.tenantId, ({ audit }) =>
      audit.list({ before: undefined, limit: 1 }),
    );
    expect(entry).toMatchObject({ action: "member.left", actor: `user:${member.person.userId}` });
  });

  test("is not the last owner, whether they leave or are removed, and keeps everything", async () => {
    await addMember(owner, "admin");
    const { key } = await keyOf(owner);

    await expect(leaveTenant(owner, owner.person)).rejects.toMatchObject({ code: "last_owner" });
    await expect(removeMember(owner, owner.person)).rejects.toMatchObject({ code: "last_owner" });
    expect(await system.credentials.findKey(hashKey(key))).toMatchObject({ role: "owner" });
  });

  test("may be one of several owners who go at once, but never the last", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const founder = await installation.newTenant();
      const second = await addMember(founder, "owner");
      const third = await addMember(founder, "owner");

      const outcomes = await Promise.allSettled([
        leaveTenant(founder, founder.person),
        leaveTenant(second, second.person),
        removeMember(third, founder.person),
        removeMember(second, third.person),
        leaveTenant(third, third.person),
      ]);

      expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
      const { rows } = await admin.query(
        "select count(*)::int as owners from burgee.memberships where tenant_id = $1 and role = 'owner'",
        [founder.person.tenantId],
      );
      expect(rows).toEqual([{ owners: 1 }]);
    }
  });
});

function keyOf(caller: AtHome) {
  return issueSdkKey(caller, { project: "web", environment: "production", kind: "pat", name: "Laptop" });
}

async function beginSession(tenantId: string, userId: string): Promise<void> {
  await admin.query(
    `insert into burgee.sessions (tenant_id, session_hash, user_id, expires_at, ends_at)
     values ($1, sha256(gen_random_uuid()::text::bytea), $2, now() + interval '1 hour', now() + interval '1 hour')`,
    [tenantId, userId],
  );
}

async function left(userId: string): Promise<unknown> {
  const { rows } = await admin.query(
    `select (select count(*)::int from burgee.sessions where user_id = $1) as sessions,
            (select count(*)::int from burgee.memberships where user_id = $1) as memberships,
            (select count(*)::int from burgee.grants where user_id = $1) as grants,
            (select count(*)::int from burgee.invitations where invited_by = $1) as invitations,
            (select count(*)::int from burgee.sdk_keys where user_id = $1) as keys`,
    [userId],
  );
  return rows[0];
}
