import { expect, test } from "vitest";
import { conditionOf } from "../conditions/condition.ts";
import { plain } from "../sentences/phrase.ts";
import { summaryOf } from "../sentences/summary.ts";
import { changesBetween } from "./changes.ts";
import { type Draft, type DraftRule, draftOf, plainDraft, settingInputOf } from "./draft.ts";
import { type DraftAction, draftReducer } from "./draft-reducer.ts";
import { keptDraftsIn } from "./kept-drafts.ts";
import { type Choices, mergeDrafts } from "./merge.ts";

const setting = {
  enabled: true,
  default: "old",
  off: "old",
  prerequisites: [],
  targets: { new: ["ada", "bo"] },
  rules: [
    { id: "r1", title: "Pilots", condition: "plan == 'pro'", variant: "new", rollout: null },
    {
      id: "r2",
      condition: "true",
      variant: "new",
      rollout: { type: "percentage", value: 10, stickiness: "userId" } as const,
    },
  ],
  rollout: { type: "split", weights: { new: 25, old: 75 }, stickiness: "accountId" } as const,
};
const base = draftOf(setting);

function after(...actions: readonly DraftAction[]): Draft {
  return actions.reduce(draftReducer, { version: 1, base, draft: base }).draft;
}

test("sends back what it was given", () => {
  expect(settingInputOf(base)).toEqual({
    ...setting,
    rules: [
      setting.rules[0] && { id: "r1", title: "Pilots", condition: "plan == 'pro'", variant: "new" },
      { ...setting.rules[1], title: null },
    ],
  });
});

test("says in sentences who gets what, in the order in which it is decided", () => {
  expect(summaryOf(base).map(plain)).toEqual([
    "2 users who are named get new.",
    "Users whose plan is pro get new.",
    "Of the rest, everyone gets new at 10 % by userId.",
    "Everyone else is split by accountId into 25 % new and 75 % old.",
  ]);
  expect(summaryOf(after({ type: "enable", enabled: false })).map(plain)[0]).toBe(
    "It is off: everyone gets old. Once it is on:",
  );
});

test("tells each change of a draft in a sentence, and none where nothing changed", () => {
  const draft = after(
    { type: "enable", enabled: false },
    { type: "setTargets", variant: "new", ids: ["ada", "cy"] },
    { type: "conditionRule", id: "r1", condition: conditionOf("plan in ['pro', 'team']") },
    { type: "removeRule", id: "r2" },
    {
      type: "addRule",
      rule: {
        id: "r3",
        title: "",
        condition: conditionOf("true"),
        serve: { type: "variant", variant: "new" },
      },
    },
  );

  expect(changesBetween(base, base)).toEqual([]);
  expect(changesBetween(base, draft).map(({ phrase }) => plain(phrase))).toEqual([
    "Turned off: everyone gets old.",
    "Users who always get new: 1 added, 1 taken away.",
    "Rule 2 is removed.",
    "Rule 1 (Pilots) is now for users whose plan is one of pro or team.",
    "Rule 2 is new: everyone gets new.",
  ]);
});

test("moves, copies and removes rules", () => {
  const order = (draft: Draft) => draft.rules.map(({ id }) => id);

  expect(order(after({ type: "moveRule", id: "r2", to: 0 }))).toEqual(["r2", "r1"]);
  expect(order(after({ type: "duplicateRule", id: "r1", copyId: "c" }))).toEqual(["r1", "c", "r2"]);
  expect(order(after({ type: "removeRule", id: "r1" }, { type: "discard" }))).toEqual(["r1", "r2"]);
  expect(changesBetween(base, after({ type: "moveRule", id: "r2", to: 0 })).map(({ path }) => path)).toEqual([
    "order",
  ]);
});

test("puts together what two people changed apart from each other", () => {
  const mine = after(
    { type: "titleRule", id: "r1", title: "Beta" },
    { type: "serveByDefault", variant: "new" },
  );
  const theirs = after(
    { type: "conditionRule", id: "r1", condition: conditionOf("plan == 'team'") },
    { type: "removeRule", id: "r2" },
  );

  const merged = mergeDrafts({ base, theirs, mine });

  expect(merged.conflicts).toEqual([]);
  expect(plainDraft(merged.draft)).toMatchObject({
    default: "new",
    rules: [{ id: "r1", title: "Beta", condition: "plan == 'team'" }],
  });
});

test.each<[Choices, string]>([
  [{}, "mine"],
  [{ "rules/r1/title": "theirs" }, "theirs"],
])("asks about what both changed, and takes what was chosen: %j", (choices, title) => {
  const mine = after({ type: "titleRule", id: "r1", title: "mine" });
  const theirs = after({ type: "titleRule", id: "r1", title: "theirs" });

  const merged = mergeDrafts({ base, theirs, mine }, choices);

  expect(merged).toMatchObject({ conflicts: ["rules/r1/title"], draft: { rules: [{ title }, {}] } });
});

test("asks about a rule that one removed and the other changed", () => {
  const mine = after({ type: "removeRule", id: "r1" });
  const theirs = after({ type: "titleRule", id: "r1", title: "kept" });

  expect(mergeDrafts({ base, theirs, mine })).toMatchObject({
    conflicts: ["rules/r1"],
    draft: { rules: [{ id: "r2" }] },
  });
  expect(
    mergeDrafts({ base, theirs, mine }, { "rules/r1": "theirs" }).draft.rules.map(({ id }) => id),
  ).toEqual(["r1", "r2"]);
});

test("keeps rules that both added, each behind what it was put behind", () => {
  const added = (id: string): DraftRule => ({
    id,
    title: id,
    condition: conditionOf("true"),
    serve: { type: "variant", variant: "new" },
  });
  const mine = after({ type: "addRule", rule: added("m") }, { type: "moveRule", id: "m", to: 0 });
  const theirs = after({ type: "addRule", rule: added("t") });

  expect(mergeDrafts({ base, theirs, mine }).draft.rules.map(({ id }) => id)).toEqual(["m", "r1", "r2", "t"]);
});

test("outlives a reload with rows that are unfinished, and forgets what it can't read", () => {
  const kept = new Map<string, string>();
  const drafts = keptDraftsIn(() => ({
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  }));
  const place = { tenant: "acme", project: "web", environment: "production", toggle: "checkout" };
  const row = { id: "x", attribute: "plan", operator: "isOneOf", values: [] } as const;
  const draft = after({
    type: "conditionRule",
    id: "r1",
    condition: { mode: "rows", join: "all", rows: [row] },
  });

  drafts.write(place, { version: 3, base, draft });
  expect(drafts.read(place)).toEqual({ version: 3, base, draft });
  expect(settingInputOf(draft)).toBeUndefined();

  kept.set([...kept.keys()][0] ?? "", '{"version":3,"draft":"of an older kind"}');
  expect(drafts.read(place)).toBeUndefined();
});
