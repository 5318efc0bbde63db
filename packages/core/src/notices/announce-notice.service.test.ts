import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { announceNotice } from "./announce-notice.ts";

const installation = await install();
const { admin, db, newTenant } = installation;
let caller: AtHome;
let actor: string;

beforeEach(async () => {
  caller = await newTenant();
  actor = `user:${caller.person.userId}`;
});
afterAll(() => installation.close());

test("a toggle's change is told of with its environment's revision, its end too", async () => {
  await aToggle(caller, "cart");
  await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
  await archiveToggle(caller, { key: "cart", expectedVersion: 2 });

  const { projectId, environmentId } = caller.person.home;
  const place = { project_id: projectId, environment_id: environmentId };
  const said = {
    project: "web",
    environment: "production",
    toggle: "cart",
    actor,
    enabled: false,
    created: false,
  };
  expect(await notices()).toMatchObject([
    {
      ...place,
      type: "toggle.changed",
      revision: "2",
      data: { ...said, version: 1, enabled: true, created: true },
    },
    { ...place, type: "toggle.changed", revision: "3", data: { ...said, version: 2 } },
    { ...place, type: "toggle.archived", revision: "4", data: { ...said, version: 3 } },
  ]);
});

test("a toggle's change is told of once for each environment that it reaches", async () => {
  await createEnvironment(caller, { key: "staging", name: "Staging" });

  await aToggle(caller, "cart");

  const environments = (await notices()).map(({ environment_id }) => environment_id);
  expect(new Set(environments).size).toBe(2);
  expect(environments).toHaveLength(2);
});

test("a segment's change is told of once, with the revision of each environment", async () => {
  await createEnvironment(caller, { key: "staging", name: "Staging" });

  await createSegment(caller, parseInput(createSegmentInput, { key: "beta", include: ["ada"] }));

  expect(await notices()).toMatchObject([
    {
      type: "segment.changed",
      project_id: caller.person.home.projectId,
      environment_id: null,
      data: {
        project: "web",
        segment: "beta",
        version: 1,
        archived: false,
        actor,
        revisions: { production: 2, staging: 2 },
      },
    },
  ]);
});

test("what is rolled back is told to nobody", async () => {
  const failed = db.transact(caller.person.tenantId, async (writers) => {
    await announceNotice(writers, { type: "export.ready", data: {} });
    throw new Error("No disk.");
  });

  await expect(failed).rejects.toThrow("No disk.");
  expect(await notices()).toEqual([]);
});

test("what is too large to be told is left out, and the change goes on", async () => {
  const { environmentId, projectId } = caller.person.home;
  await db.transact(caller.person.tenantId, (writers) =>
    announceNotice(writers, { type: "change.failed", environmentId, data: { reason: "x".repeat(20_000) } }),
  );

  expect(await notices()).toMatchObject([
    { type: "change.failed", project_id: projectId, data: { project: "web", leftOut: "20013 bytes" } },
  ]);
});

async function notices() {
  const { rows } = await admin.query<{
    type: string;
    project_id: string | null;
    environment_id: string | null;
    revision: string | null;
    data: object;
  }>("select * from burgee.notices where tenant_id = $1 order by created_at", [caller.person.tenantId]);
  return rows;
}
