import { newId, type UserId } from "@burgee/db";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, inRole, install } from "../../test/installation.ts";
import { MOST_A_MINUTE } from "../audit/append-bounded.ts";
import { listAudit } from "../audit/list-audit.ts";
import { verifyAuditChain } from "../audit/verify-audit-chain.ts";
import { AppError } from "../errors/app-error.ts";
import type { Caller } from "./caller.ts";
import { noteRefusal } from "./note-refusal.ts";

const installation = await install();
let owner: AtHome;
let viewer: AtHome;

beforeEach(async () => {
  owner = await installation.newTenant();
  viewer = inRole(owner, "viewer");
});
afterAll(() => installation.close());

describe("a refused permission", () => {
  test("is noted: whose, which, in which role", async () => {
    await refuse(viewer);

    expect((await refusals(owner))[0]).toMatchObject({
      actor: `user:${viewer.person.userId}`,
      action: "permission.refused",
      object: "permission/toggle.write",
      requestId: "req-1",
      after: { role: "viewer" },
    });
  });

  test(`is noted ${MOST_A_MINUTE} times a minute of one caller, however many come at once, and the last says so`, async () => {
    await Promise.all(Array.from({ length: 3 * MOST_A_MINUTE }, () => refuse(viewer)));

    const noted = await refusals(owner);
    expect(noted).toHaveLength(MOST_A_MINUTE);
    expect(noted.map(({ after }) => after)).toEqual([
      { role: "viewer", furtherOfThisMinute: "not recorded" },
      ...Array.from({ length: MOST_A_MINUTE - 1 }, () => ({ role: "viewer" })),
    ]);
    expect(await verifyAuditChain(owner, owner.person)).toMatchObject({ fault: undefined });
  });

  test("of one caller takes nothing from another, and a new minute begins anew", async () => {
    const userId = newId<UserId>();
    await Promise.all(Array.from({ length: MOST_A_MINUTE + 1 }, () => refuse(viewer)));
    await refuse({ ...viewer, person: { ...viewer.person, userId } });
    const client = await installation.admin.connect();
    await client.query("begin; set local session_replication_role = replica");
    await client.query("update burgee.audit_entries set created_at = created_at - interval '61 seconds'");
    await client.query("commit");
    client.release();
    await refuse(viewer);

    const actors = (await refusals(owner)).map(({ actor }) => actor);
    expect(actors).toHaveLength(MOST_A_MINUTE + 2);
    expect(actors.slice(0, 2)).toEqual([`user:${viewer.person.userId}`, `user:${userId}`]);
  });

  test.each<[string, unknown]>([
    ["another refusal", new AppError("toggle_not_found", "There is no toggle x here.")],
    ["a key of another kind", new AppError("forbidden", "A server key.", { details: { neededKind: "pat" } })],
    ["a failure", new Error("No.")],
    ["nothing", undefined],
  ])("is told from %s, which is not noted", async (_, error) => {
    await noteRefusal(viewer, error);

    expect(await refusals(owner)).toEqual([]);
  });
});

async function refuse(caller: Caller): Promise<void> {
  const error: unknown = await aToggle(caller, "cart").catch((refused: unknown) => refused);
  await noteRefusal(caller, error);
}

async function refusals(caller: Caller) {
  return (await listAudit(caller, { action: "permission.refused", limit: 200 })).items;
}
