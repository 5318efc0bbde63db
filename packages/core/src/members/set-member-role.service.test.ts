import type { Role } from "@burgee/db";
import { eventually } from "@burgee/test-support";
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type AtHome, addMember, asFound, inRole, install } from "../../test/installation.ts";
import { BUILT_IN_ROLES } from "../access/permissions.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createRole } from "../roles/create-role.ts";
import { setMemberRole, setMemberRoleInput } from "./set-member-role.ts";

const installation = await install();
const { admin, newTenant } = installation;
let owner: AtHome;

beforeEach(async () => {
  owner = await newTenant();
});
afterAll(() => installation.close());

const setRole = (by: AtHome, of: AtHome, role: Role) => setMemberRole(by, { userId: of.person.userId, role });
const roleOf = async (member: AtHome) => (await asFound(member)).person.access.tenant.role;
async function owners(): Promise<number> {
  const { rows } = await admin.query(
    "select from burgee.memberships where tenant_id = $1 and role = 'owner'",
    [owner.person.tenantId],
  );
  return rows.length;
}

describe("a member's role", () => {
  test("changes, and the audit trail says from what to what", async () => {
    const ada = await addMember(owner, "viewer");

    expect(await setRole(owner, ada, "editor")).toEqual({ userId: ada.person.userId, role: "editor" });

    expect(await roleOf(ada)).toBe("editor");
    expect((await listAudit(owner, { limit: 1 })).items).toMatchObject([
      {
        action: "member.role_changed",
        actor: `user:${owner.person.userId}`,
        object: `member/${ada.person.userId}`,
        before: { role: "viewer" },
        after: { role: "editor" },
      },
    ]);
  });

  test("may be one of the tenant's own", async () => {
    const ada = await addMember(owner, "viewer");
    await createRole(owner, { key: "auditor", name: "Auditor", permissions: ["audit.read"] });
    await setRole(owner, ada, "auditor");

    const { access } = (await asFound(ada)).person;
    expect([access.tenant.role, [...access.tenant.permissions]]).toEqual(["auditor", ["audit.read"]]);
  });

  test("that it is already changes nothing", async () => {
    const before = await listAudit(owner, { limit: 1 });
    await setRole(owner, owner, "owner");

    expect(await listAudit(owner, { limit: 1 })).toEqual(before);
  });

  test.each(["superuser", "constructor", "toString"])("is no %s", async (role) => {
    const ada = await addMember(owner, "viewer");
    const issues = [expect.objectContaining({ pointer: "/role", code: "unknown_role" })];

    await expect(setRole(owner, ada, role)).rejects.toMatchObject({ code: "invalid_input", issues });
  });

  test("is not another tenant's to change, nor another tenant's member's", async () => {
    const stranger = await newTenant();

    await expect(setRole(owner, stranger, "viewer")).rejects.toMatchObject({ code: "member_not_found" });
    expect(await roleOf(stranger)).toBe("owner");
  });

  test("has nothing else set with it", () => {
    const input = { userId: "4b7d5c0e-6a0f-4a3e-9a44-0c4f7f1d2b11", role: "viewer" };
    for (const stray of ["tenantId", "version", "permissions", "custom_role"]) {
      expect(() => parseInput(setMemberRoleInput, { ...input, [stray]: "x" })).toThrow("Unrecognized key");
    }
  });
});

describe("nobody gives or takes what they lack", () => {
  const order: readonly Role[] = BUILT_IN_ROLES;
  const rank = (role: Role) => order.indexOf(role);
  const ranks = BUILT_IN_ROLES.flatMap((by) =>
    BUILT_IN_ROLES.flatMap((from) => BUILT_IN_ROLES.map((to) => [by, from, to] as const)),
  ).filter(([, from, to]) => from !== to);

  test("whichever roles they are", async () => {
    const members = new Map(
      await Promise.all(BUILT_IN_ROLES.map(async (role) => [role, await addMember(owner, role)] as const)),
    );
    for (const [by, from, to] of ranks) {
      const changer = members.get(by) ?? owner;
      const target = await addMember(owner, from);
      const isRightful = rank(by) >= rank("admin") && rank(from) <= rank(by) && rank(to) <= rank(by);

      const code = await setRole(changer, target, to).then(
        () => "done",
        ({ code }) => code,
      );
      expect([by, from, to, code]).toEqual([by, from, to, isRightful ? "done" : "forbidden"]);
      expect(await roleOf(target)).toBe(isRightful ? to : from);
    }
  });

  test("to themselves neither", async () => {
    const ada = await addMember(owner, "admin");

    await expect(setRole(ada, ada, "owner")).rejects.toMatchObject({
      code: "forbidden",
      details: { permission: "owner.write", role: "owner", lackedIn: "tenant" },
    });
  });

  test("by what their credential was found with, and they have no more", async () => {
    const ada = await addMember(owner, "admin");
    const bea = await addMember(owner, "viewer");
    await setRole(owner, ada, "viewer");

    await expect(setRole(ada, bea, "editor")).rejects.toMatchObject({ code: "forbidden" });
    await expect(setRole(inRole(bea, "owner"), bea, "owner")).rejects.toMatchObject({ code: "forbidden" });
  });

  test("by a credential that is good for less than they are", async () => {
    const ada = await addMember(owner, "viewer");
    const narrow = inRole(owner, "admin");

    await expect(setRole(narrow, ada, "owner")).rejects.toMatchObject({ code: "forbidden" });
    await expect(setRole(narrow, ada, "admin")).resolves.toMatchObject({ role: "admin" });
  });
});

describe("a tenant keeps an owner", () => {
  test("who can't give it up as the last one", async () => {
    await expect(setRole(owner, owner, "admin")).rejects.toMatchObject({ code: "last_owner" });
    expect(await roleOf(owner)).toBe("owner");
  });

  test("however many give it up at the same moment", async () => {
    const all = [owner, ...(await Promise.all(Array.from({ length: 7 }, () => addMember(owner, "owner"))))];
    for (let round = 0; round < 10; round++) {
      // Everybody makes their neighbour an admin, or themselves: whoever comes too late is none any more.
      const neighbour = (index: number) => all[(index + round) % all.length] ?? owner;
      const changes = await Promise.allSettled(
        all.map((each, index) => setRole(inRole(each, "owner"), neighbour(index), "admin")),
      );

      expect(await owners()).toBeGreaterThanOrEqual(1);
      const refused = changes.flatMap((change) => (change.status === "rejected" ? [change.reason.code] : []));
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.filter((code) => code !== "forbidden" && code !== "last_owner")).toEqual([]);
      await admin.query("update burgee.memberships set role = 'owner' where tenant_id = $1", [
        owner.person.tenantId,
      ]);
    }
  });

  test("whatever code takes them away, and at the same moment too", async () => {
    const ada = await addMember(owner, "owner");
    const [one, other] = await Promise.all([admin.connect(), admin.connect()]);
    for (const client of [one, other]) onTestFinished(() => client.release(true));
    await one.query("begin; set constraints all immediate");
    await other.query("begin; set constraints all immediate");

    await one.query("delete from burgee.memberships where user_id = $1", [ada.person.userId]);
    let isOver = false;
    const demoted = other
      .query("update burgee.memberships set role = 'viewer' where user_id = $1", [owner.person.userId])
      .then(() => other.query("commit"))
      .catch((error: unknown) => error)
      .finally(() => {
        isOver = true;
      });
    await eventually(async () => isOver || (await isWaiting()));
    await one.query("commit");

    expect(await demoted).toMatchObject({ constraint: "tenant_keeps_an_owner" });
    await other.query("rollback");
    expect(await owners()).toBe(1);
  });
});

/** Whether a change of a member's role waits for another transaction. */
async function isWaiting(): Promise<boolean> {
  const { rows } = await admin.query(
    "select from pg_stat_activity where wait_event_type = 'Lock' and query like 'update burgee.memberships%' and datname = current_database()",
  );
  return rows.length > 0;
}
