import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, inRole, install } from "../../test/installation.ts";
import { listAudit } from "../audit/list-audit.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { updateSetting, updateSettingInput } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import {
  removeContextAttribute,
  removeContextAttributeInput,
  setContextAttribute,
  setContextAttributeInput,
} from "./change-context-attributes.ts";
import { listContextAttributes } from "./list-context-attributes.ts";

const installation = await install();
const { admin, nudges, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
  await createEnvironment(caller, { key: "staging", name: "Staging" });
  nudges.length = 0;
});
afterAll(() => installation.close());

describe("declaring an attribute", () => {
  test("brings every environment of the project a revision, and says what is declared by now", async () => {
    await set("region", "string", "Where the user is");
    const changed = await set("age", "number");

    expect(changed).toMatchObject({
      attributes: [
        { name: "age", type: "number" },
        { name: "region", type: "string", description: "Where the user is" },
      ],
      revisions: { production: 3, staging: 3 },
    });
    expect(nudges).toHaveLength(4);
    expect(await listContextAttributes(caller, {})).toEqual(changed.attributes);
    const { rows } = await admin.query(
      "select distinct type from burgee.outbox where tenant_id = $1 and revision = 3",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([{ type: "context_attributes.changed" }]);
  });

  test("changes no ruleset where only its description is another, and stands in the audit trail", async () => {
    await set("region", "string");

    expect((await set("region", "string", "Where")).revisions).toEqual({});
    const { items } = await listAudit(caller, { limit: 1 });
    expect(items).toMatchObject([
      {
        action: "context_attribute.set",
        object: "context-attribute/web/region",
        before: { type: "string", description: "" },
        after: { type: "string", description: "Where", revisions: {} },
      },
    ]);
  });

  test("counts in the size of the rulesets, and takes it back with the declaration", async () => {
    const before = await bytes();
    await set("region", "string");
    expect(await bytes()).toBeGreaterThan(before);
    await createEnvironment(caller, { key: "third", name: "Third" });

    await removeContextAttribute(caller, { name: "region" });

    expect(await bytes()).toBe(before);
    await expect(removeContextAttribute(caller, { name: "region" })).rejects.toMatchObject({
      code: "context_attribute_not_found",
    });
  });

  test.each([
    [{ name: "a b", type: "string" }, "/name"],
    [{ name: "constructor", type: "string" }, "/name"],
    [{ name: "project", type: "string" }, "/name"],
    [{ name: "environment", type: "string" }, "/name"],
    [{ name: "key", type: "string" }, "/name"],
    [{ name: "userId", type: "number" }, "/type"],
    [{ name: "targetingKey", type: "list" }, "/type"],
    [{ name: "age", type: "int" }, "/type"],
    [{ name: "age" }, "/type"],
    [{ name: "age", type: "number", colour: "red" }, ""],
  ])("as %j is refused", (input, pointer) => {
    expect(() => parseInput(setContextAttributeInput, input)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ pointer })] }),
    );
  });

  test("says why a reserved name and a user id that is no text are refused", () => {
    const refusal = (name: string, type: string) => () =>
      parseInput(setContextAttributeInput, { name, type });

    expect(refusal("key", "string")).toThrow("The name key is reserved; choose another.");
    expect(refusal("userId", "number")).toThrow(
      "userId tells users apart by its text: declare it as a string, not as a number.",
    );
  });

  test("of a user id as a string is taken, and one of a name that is reserved by now can be taken back", () => {
    const userId = { name: "userId", type: "string" };

    expect(parseInput(setContextAttributeInput, userId)).toMatchObject(userId);
    expect(parseInput(removeContextAttributeInput, { name: "key" })).toEqual({ name: "key" });
  });

  test("is an editor's, and a viewer reads", async () => {
    await expect(
      setContextAttribute(inRole(caller, "viewer"), { name: "age", type: "number", description: "" }),
    ).rejects.toMatchObject({ code: "forbidden", details: { permission: "context_attribute.write" } });
    expect(await listContextAttributes(inRole(caller, "viewer"), {})).toEqual([]);
  });

  test("concerns no other tenant", async () => {
    await set("region", "string");

    expect(await listContextAttributes(await newTenant(), {})).toEqual([]);
  });
});

describe("a condition over a declared attribute", () => {
  beforeEach(() => set("region", "string"));

  test("is refused where the types can't meet, with the place", async () => {
    await expect(
      aToggle(caller, "cart", { rules: [{ condition: "true ||\n region > 3", value: false }] }),
    ).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/rules/0/condition", code: "invalid_condition", line: 2, column: 9 }],
    });
    await expect(
      createSegment(caller, parseInput(createSegmentInput, { key: "beta", condition: "region > 3" })),
    ).rejects.toMatchObject({ issues: [{ pointer: "/condition", code: "invalid_condition" }] });
  });

  test("passes with a warning where a name is close to a declared one", async () => {
    const rules = [{ condition: "regoin == 'IN'", value: false }];
    const warning = {
      code: "undeclared_attribute",
      message: "No attribute 'regoin' is declared. Did you mean 'region'?",
      line: 1,
      column: 1,
    };

    expect((await aToggle(caller, "cart", { rules })).warnings).toEqual([
      { pointer: "/rules/0/condition", ...warning },
    ]);
    const input = parseInput(createSegmentInput, { key: "beta", condition: "regoin == 'IN'" });
    expect((await createSegment(caller, input)).warnings).toEqual([{ pointer: "/condition", ...warning }]);
  });

  test("that is a timestamp spells out that it reads one, and means the same whatever is declared later", async () => {
    await set("signup", "timestamp");
    const rules = [
      { condition: "signup < now // old hands", value: false },
      { condition: "region ==  'IN'", value: false },
    ];

    const { settings } = await aToggle(caller, "cart", { rules });
    const input = parseInput(createSegmentInput, { key: "late", condition: "now < signup" });
    const segment = await createSegment(caller, input);

    expect(settings[0]?.rules.map(({ condition }) => condition)).toEqual([
      "timestamp(signup) < now",
      "region ==  'IN'",
    ]);
    expect(segment.condition).toBe("now < timestamp(signup)");
  });

  test("stands in the way of another type, with its place, in toggles and in segments", async () => {
    const rules = [
      { condition: "plan == 'pro'", value: false },
      { condition: "true &&\n region.startsWith('I')", value: false },
    ];
    await aToggle(caller, "cart", { rules });
    await createSegment(caller, parseInput(createSegmentInput, { key: "beta", condition: "region != ''" }));

    const refused = set("region", "number");

    const why = { line: 1, message: expect.stringContaining("!=") };
    await expect(refused).rejects.toMatchObject({
      code: "context_attribute_in_use",
      message: expect.stringMatching(
        /^As a number, region would break the conditions of the segment beta \(\/condition, line 1, column \d+\), cart \(production: \/rules\/1\/condition, line 2, column \d+\)\. Make them fit/,
      ),
      details: {
        conditions: [
          { segment: "beta", pointer: "/condition", ...why },
          { environment: "production", toggle: "cart", pointer: "/rules/1/condition", line: 2 },
        ],
        isCut: false,
      },
    });
    expect(await listContextAttributes(caller, {})).toMatchObject([{ name: "region", type: "string" }]);
  });

  test("stands in the way of a first declaration as well, and of one in another environment", async () => {
    await aToggle(caller, "cart");
    const change = {
      toggle: "cart",
      environment: "staging",
      expectedVersion: 1,
      enabled: true,
      default: true,
    };
    const rules = [{ condition: "age > 3", value: false }];
    await updateSetting(caller, parseInput(updateSettingInput, { ...change, rules }));

    await expect(set("age", "string")).rejects.toMatchObject({
      details: { conditions: [{ environment: "staging", toggle: "cart", line: 1, column: 5 }] },
    });
    expect(await set("age", "number")).toMatchObject({ revisions: { production: 4, staging: 5 } });
  });

  test("stands in the way no longer once it is archived, or edited to fit while nothing is declared", async () => {
    const isIndian = { condition: "region == 'IN'", value: false };
    await aToggle(caller, "old", { rules: [isIndian] });
    await archiveToggle(caller, { key: "old", expectedVersion: 1 });
    await aToggle(caller, "cart", { rules: [isIndian] });
    await expect(set("region", "number")).rejects.toMatchObject({
      details: { conditions: [{ toggle: "cart" }] },
    });

    await removeContextAttribute(caller, { name: "region" });
    const change = { toggle: "cart", expectedVersion: 1, enabled: true, default: true };
    const rules = [{ condition: "region == 3", value: false }];
    await updateSetting(caller, parseInput(updateSettingInput, { ...change, rules }));

    expect(await set("region", "number")).toMatchObject({ attributes: [{ type: "number" }] });
  });

  test("is never broken by taking a declaration back, and can be saved again", async () => {
    for (const [name, type] of TYPED) await set(name, type);
    await aToggle(caller, "cart", { rules: TYPED.map(([, , condition]) => ({ condition, value: false })) });

    for (const [name] of TYPED) await removeContextAttribute(caller, { name });

    const cart = await getToggle(caller, { key: "cart" });
    const rules = cart.settings[0]?.rules.map(({ id, condition }) => ({ id, condition, value: false }));
    const change = { toggle: "cart", expectedVersion: 1, enabled: true, default: true, rules };
    const saved = await updateSetting(caller, parseInput(updateSettingInput, change));
    expect(saved.settings[0]?.rules).toEqual(cart.settings[0]?.rules);
  });

  test("is one of twenty that are named, however many would break", async () => {
    const rules = Array.from({ length: 60 }, (_, at) => ({ condition: `region == 'r${at}'`, value: false }));
    await aToggle(caller, "cart", { rules });

    const refusal = await set("region", "number").then(
      () => undefined,
      (error: unknown) => error,
    );

    expect(refusal).toMatchObject({
      message: expect.stringContaining(" and more than 15 more. "),
      details: { isCut: true, conditions: { length: 20 } },
    });
  });

  test("that was broken before is no reason against anything", async () => {
    await aToggle(caller, "cart", { rules: [{ condition: "region == 'IN' && age > 3", value: false }] });
    await admin.query("update burgee.context_attributes set type = 'number' where tenant_id = $1", [
      caller.person.tenantId,
    ]);

    expect(await set("age", "string")).toMatchObject({
      attributes: [{ type: "string" }, { type: "number" }],
    });
  });

  test("whose pattern RE2 can't read is refused", async () => {
    const rules = [{ condition: "region.matches('(a')", value: false }];

    await expect(aToggle(caller, "cart", { rules })).rejects.toMatchObject({
      issues: [{ pointer: "/rules/0/condition", message: expect.stringContaining("pattern") }],
    });
  });
});

/** Of each type, a condition that needs it. */
const TYPED = [
  ["age", "number", "age % 2 == 0"],
  ["isPaid", "boolean", "isPaid && !isPaid"],
  ["signup", "timestamp", "signup < now"],
  ["teams", "list", "'a' in teams && teams.size() > 1"],
  ["region", "string", "region.startsWith('I')"],
  ["account", "map", "account.plan == 'pro'"],
] as const;

function set(name: string, type: string, description = "") {
  return setContextAttribute(caller, parseInput(setContextAttributeInput, { name, type, description }));
}

/** The same for all environments, or there is something wrong. */
async function bytes(): Promise<number> {
  const { rows } = await admin.query(
    "select distinct ruleset_bytes from burgee.environments where tenant_id = $1",
    [caller.person.tenantId],
  );
  expect(rows).toHaveLength(1);
  return Number(rows[0].ruleset_bytes);
}
