import { createHash } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, addMember, asFound, aToggle, inRole, install } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { listEnvironments } from "../environments/list-environments.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { setGrant } from "../grants/change-grants.ts";
import { createRole } from "../roles/create-role.ts";
import { setToggleEnabled, updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { createSegment, createSegmentInput } from "./create-segment.ts";
import { getSegment } from "./get-segment.ts";
import { listSegmentHistory, listSegmentHistoryInput } from "./list-segment-history.ts";
import { listSegmentUses } from "./list-segment-uses.ts";
import { listSegments, listSegmentsInput } from "./list-segments.ts";
import { archiveSegment, updateSegment, updateSegmentInput } from "./update-segment.ts";

const installation = await install();
const { admin, nudges, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  await createEnvironment(caller, { key: "staging", name: "Staging" });
  nudges.length = 0;
});
afterAll(() => installation.close());

describe("a segment", () => {
  test("is one for all environments of its project, and brings each a revision and a nudge", async () => {
    const created = await segment("beta", { include: ["ada", "ada"], condition: "plan == 'beta'" });

    expect(created).toMatchObject({
      key: "beta",
      version: 1,
      archived: false,
      include: ["ada"],
      exclude: [],
      condition: "plan == 'beta'",
      stickiness: "userId",
      revisions: { production: 2, staging: 2 },
      warnings: [],
    });
    expect(nudges.map(({ revision }) => revision)).toEqual([2, 2]);
    expect(await getSegment(caller, { key: "beta" })).toMatchObject({ version: 1, include: ["ada"] });
    const { items } = await listAudit(caller, { limit: 1 });
    expect(items).toMatchObject([
      {
        action: "segment.created",
        object: "segment/web/beta",
        before: null,
        after: { include: { count: 1, added: { ids: ["ada"] } }, revisions: { production: 2, staging: 2 } },
      },
    ]);
    const { rows } = await admin.query(
      "select type, version from burgee.outbox where tenant_id = $1 and segment_id is not null",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([
      { type: "segment.changed", version: 1 },
      { type: "segment.changed", version: 1 },
    ]);
  });

  test("is changed in what is given, and every version is kept", async () => {
    await segment("beta", { include: ["ada"], condition: "plan == 'beta'", stickiness: "accountId" });

    const updated = await update("beta", 1, { exclude: ["bo"], description: "Testers" });

    expect(updated).toMatchObject({
      version: 2,
      description: "Testers",
      include: ["ada"],
      exclude: ["bo"],
      condition: "plan == 'beta'",
      stickiness: "accountId",
      revisions: { production: 3 },
    });
    const history = await listSegmentHistory(caller, parseInput(listSegmentHistoryInput, { key: "beta" }));
    expect(history).toMatchObject({
      items: [
        { version: 2, exclude: ["bo"], description: "Testers" },
        { version: 1, include: ["ada"] },
      ],
      nextBefore: null,
    });
  });

  test("loses its lists and its condition where they are given as empty", async () => {
    await segment("beta", { include: ["ada"], exclude: ["bo"], condition: "plan == 'beta'" });

    const updated = await update("beta", 1, { include: [], exclude: [], condition: null });

    expect(updated).toMatchObject({ include: [], exclude: [], condition: null });
    expect(await update("beta", 2, {})).toMatchObject({ version: 3, include: [], condition: null });
  });

  test("is told in the audit trail by what came and went, and by a hash of the whole, however long its lists are", async () => {
    const many = ids(9_999, "somebody-with-a-long-id-");
    await segment("beta", { include: many, exclude: ["bo"] });

    await update("beta", 1, { include: [...many.slice(1), "ada"] });

    const { items } = await listAudit(caller, { limit: 2 });
    const [changed, created] = items;
    expect(changed).toMatchObject({
      before: { include: { count: 9_999, sha256: sha256Of(many) }, exclude: { count: 1 } },
      after: {
        include: {
          count: 9_999,
          sha256: sha256Of([...many.slice(1), "ada"]),
          added: { count: 1, ids: ["ada"] },
          removed: { count: 1, ids: [many[0]] },
        },
        exclude: { count: 1, added: { count: 0, ids: [] }, removed: { count: 0, ids: [] } },
      },
    });
    expect(created).toMatchObject({
      after: { include: { added: { count: 9_999, ids: many.slice(0, 20) } } },
    });
    expect(JSON.stringify(items).length).toBeLessThan(5_000);
  });

  test("over a version that is not the newest is a conflict that carries both states, and changes nothing", async () => {
    await segment("beta", { include: ["ada"] });
    await update("beta", 1, { include: ["bo"] });

    await expect(update("beta", 1, { include: ["cy"] })).rejects.toMatchObject({
      code: "version_conflict",
      details: {
        expectedVersion: 1,
        expected: { include: ["ada"] },
        current: { version: 2, include: ["bo"] },
      },
    });
    expect(await revisions()).toEqual({ production: 3, staging: 3 });
  });

  test("has a key that no other has, an archived one's included", async () => {
    await segment("beta");
    await archiveSegment(caller, { key: "beta", expectedVersion: 1 });

    await expect(segment("beta")).rejects.toMatchObject({ code: "segment_key_taken" });
    await expect(update("beta", 2, {})).rejects.toMatchObject({ code: "segment_archived" });
    await expect(getSegment(caller, { key: "alpha" })).rejects.toMatchObject({ code: "segment_not_found" });
  });

  test("is listed in key order with its lists counted, until it is archived", async () => {
    for (const key of ["c", "a", "b", "d"]) await segment(key, { include: ["x", "y"], exclude: ["z"] });
    await archiveSegment(caller, { key: "b", expectedVersion: 1 });

    const first = await listSegments(caller, parseInput(listSegmentsInput, { limit: 2 }));
    const second = await listSegments(
      caller,
      parseInput(listSegmentsInput, { cursor: first.nextCursor, limit: 2 }),
    );

    expect(first).toMatchObject({
      items: [{ key: "a", included: 2, excluded: 1 }, { key: "c" }],
      nextCursor: "c",
    });
    expect(second).toMatchObject({ items: [{ key: "d" }], nextCursor: null });
  });

  test("is another tenant's to see neither by key nor by list", async () => {
    await segment("beta");
    const other = await newTenant();

    await expect(getSegment(other, { key: "beta" })).rejects.toMatchObject({ code: "segment_not_found" });
    expect((await listSegments(other, parseInput(listSegmentsInput, {}))).items).toEqual([]);
    await expect(aToggle(other, "cart", { rules: [uses("beta")] })).rejects.toMatchObject({
      code: "invalid_input",
    });
  });

  test("is a viewer's to read, and not to write", async () => {
    await segment("beta");
    const viewer = inRole(caller, "viewer");

    await expect(getSegment(viewer, { key: "beta" })).resolves.toMatchObject({ key: "beta" });
    await expect(createSegment(viewer, parseInput(createSegmentInput, { key: "x" }))).rejects.toMatchObject({
      code: "forbidden",
      details: { permission: "segment.write" },
    });
  });

  test.each<[string, object, string, unknown]>([
    [
      "a condition that does not parse",
      { condition: "plan ==" },
      "/condition",
      expect.stringContaining("Line 1"),
    ],
    ["an empty condition", { condition: "" }, "/condition", expect.stringContaining("Write a condition")],
    [
      "an unknown segment",
      { condition: "segment('alpa')" },
      "/condition",
      expect.stringContaining("Did you mean 'alpha'?"),
    ],
    [
      "itself",
      { condition: "segment('beta')" },
      "/condition",
      expect.stringContaining("There is no segment 'beta'"),
    ],
    [
      "too many ids in all",
      { include: ids(6_000), exclude: ids(4_001) },
      "/include",
      "A segment lists at most 10000 ids in all itself; these are 10001. Upload one of the lists, and name it.",
    ],
    ["an empty id", { include: [""] }, "/include/0", "An id is no empty text."],
    ["a stickiness that is no attribute", { stickiness: "a b" }, "/stickiness", expect.any(String)],
    ["an unknown field", { colour: "red" }, "", expect.stringContaining("colour")],
  ])("is refused with %s", async (_, input, pointer, message) => {
    await segment("alpha");

    await expect((async () => segment("beta", input))()).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer, message }],
    });
  });

  test("counts in the size of every environment's ruleset, and is refused where that would be too large", async () => {
    for (let n = 0; n < 8; n++) await segment(`s${n}`, { include: ids(9_999, "x".repeat(40)) });

    await expect(segment("last", { include: ids(9_999, "x".repeat(40)) })).rejects.toMatchObject({
      code: "limit_reached",
      message: expect.stringContaining("can be published"),
    });
    await archiveSegment(caller, { key: "s0", expectedVersion: 1 });
    await expect(segment("last2", { include: ids(9_999, "x".repeat(40)) })).resolves.toBeDefined();
    await expect(createEnvironment(caller, { key: "third", name: "Third" })).resolves.toBeDefined();
    const { rows } = await admin.query(
      "select distinct ruleset_bytes from burgee.environments where tenant_id = $1",
      [caller.person.tenantId],
    );
    expect(rows).toHaveLength(1);
  });
});

describe("segments that ask one another", () => {
  test("may not go in a circle, and the way around it is named", async () => {
    await segment("a");
    await segment("b", { condition: "segment('a')" });
    await segment("c", { condition: "segment('b') || segment('a')" });

    await expect(update("a", 1, { condition: "!segment('c')" })).rejects.toMatchObject({
      issues: [
        {
          pointer: "/condition",
          code: "circular_segments",
          message: expect.stringMatching(/^These segments would ask each other: a -> c -> (b -> )?a\.$/),
        },
      ],
    });
    await expect(update("a", 1, { condition: "segment('a')" })).rejects.toMatchObject({
      issues: [{ message: "These segments would ask each other: a -> a." }],
    });
  });

  test("are five in a row at most, wherever the row is lengthened", async () => {
    await segment("s1");
    for (let n = 2; n <= 5; n++) await segment(`s${n}`, { condition: `segment('s${n - 1}')` });
    await segment("low");

    await expect(segment("s6", { condition: "segment('s5')" })).rejects.toMatchObject({
      issues: [
        {
          message:
            "At most 5 segments ask one another in a row; these are 6: s6 -> s5 -> s4 -> s3 -> s2 -> s1.",
        },
      ],
    });
    await expect(update("s1", 1, { condition: "segment('low')" })).rejects.toMatchObject({
      issues: [{ message: expect.stringContaining("s1 -> low.") }],
    });
  });
});

describe("a segment that is asked", () => {
  test("says where, as far as its reader may read", async () => {
    await segment("beta");
    await segment("other", { condition: "segment('beta')" });
    await aToggle(caller, "cart", { rules: [uses("beta")] });
    await replace("cart", "staging", { rules: [uses("beta")] });
    const blind = await addMember(caller, "viewer");
    const { key } = await createRole(caller, {
      key: "lister",
      name: "Lister",
      permissions: ["segment.read"],
    });
    const place = { userId: blind.person.userId, project: "web", environment: "staging" };
    await setGrant(caller, { ...place, role: key });

    const whole = await listSegmentUses(caller, { key: "beta" });
    const part = await listSegmentUses(await asFound(blind), { key: "beta" });

    expect(whole).toEqual({
      settings: [
        { environment: "production", toggle: "cart" },
        { environment: "staging", toggle: "cart" },
      ],
      segments: ["other"],
      isCut: false,
    });
    expect(part.settings).toEqual([{ environment: "production", toggle: "cart" }]);
  });

  test("can't be archived, and says where it is asked", async () => {
    await segment("beta");
    await segment("other", { condition: "segment('beta')" });
    await aToggle(caller, "cart", { rules: [uses("beta")] });
    await replace("cart", "staging", { rules: [uses("beta")] });

    await expect(archiveSegment(caller, { key: "beta", expectedVersion: 1 })).rejects.toMatchObject({
      code: "segment_in_use",
      message:
        "The segment beta is asked by cart (production), cart (staging), the segment other; take it out there first.",
      details: {
        settings: [
          { environment: "production", toggle: "cart" },
          { environment: "staging", toggle: "cart" },
        ],
        segments: ["other"],
      },
    });
  });

  test("can be archived once nobody asks it, an archived toggle not counted", async () => {
    await segment("beta");
    await aToggle(caller, "cart", { rules: [uses("beta")] });
    await aToggle(caller, "menu", { rules: [uses("beta")] });
    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });
    await setToggleEnabled(caller, { toggle: "menu", expectedVersion: 1, enabled: false });
    await expect(archiveSegment(caller, { key: "beta", expectedVersion: 1 })).rejects.toMatchObject({
      code: "segment_in_use",
    });
    await replace("menu", "production", { expectedVersion: 2 });

    const archived = await archiveSegment(caller, { key: "beta", expectedVersion: 1 });

    expect(archived).toMatchObject({ archived: true, version: 2 });
    await expect(aToggle(caller, "late", { rules: [uses("beta")] })).rejects.toMatchObject({
      issues: [
        { pointer: "/rules/0/condition", message: expect.stringContaining("There is no segment 'beta'") },
      ],
    });
  });

  test("and archived at the same moment is either asked or archived, never both", async () => {
    await segment("beta");

    const both = await Promise.allSettled([
      aToggle(caller, "cart", { rules: [uses("beta")] }),
      archiveSegment(caller, { key: "beta", expectedVersion: 1 }),
    ]);

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });
});

function segment(key: string, input: object = {}) {
  return createSegment(caller, parseInput(createSegmentInput, { key, ...input }));
}

function update(key: string, expectedVersion: number, input: object) {
  return updateSegment(caller, parseInput(updateSegmentInput, { key, expectedVersion, ...input }));
}

/** Replaces a toggle's setting. */
function replace(toggle: string, environment: string, input: object) {
  const whole = { toggle, environment, expectedVersion: 1, enabled: true, default: true, ...input };
  return updateSetting(caller, parseInput(updateSettingInput, whole));
}

function sha256Of(list: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(list.toSorted())).digest("hex");
}

function uses(key: string) {
  return { condition: `segment('${key}')`, value: false };
}

function ids(count: number, prefix = "x"): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}${n}`);
}

async function revisions() {
  const environments = await listEnvironments(caller, {});
  return Object.fromEntries(environments.map(({ key, revision }) => [key, revision]));
}
