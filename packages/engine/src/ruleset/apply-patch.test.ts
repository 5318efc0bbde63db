import fc from "fast-check";
import { expect, test } from "vitest";
import { rulesetWith, segmentWith, toggleWith } from "../../test/rulesets.ts";
import { applyPatch } from "./apply-patch.ts";
import { patchSince } from "./patch-since.ts";
import type { Ruleset, RulesetPatch } from "./ruleset.ts";

const ruleset = rulesetWith([toggleWith({ key: "a" }), toggleWith({ key: "b" })]);
const patch: RulesetPatch = {
  schema: 1,
  epoch: "e1",
  from: 1,
  to: 3,
  changes: { a: null, c: toggleWith({ key: "c" }) },
};

test("changes what the patch names and keeps the rest as the same objects", () => {
  const result = applyPatch(ruleset, patch);

  expect(result).toMatchObject({ ok: true, ruleset: { revision: 3, epoch: "e1" } });
  expect(result.ok && Object.keys(result.ruleset.toggles)).toEqual(["b", "c"]);
  expect(result.ok && result.ruleset.toggles.b).toBe(ruleset.toggles.b);
  expect(Object.keys(ruleset.toggles)).toEqual(["a", "b"]);
});

test.each([
  [{ epoch: "e2" }, "wrong_epoch"],
  [{ from: 2 }, "wrong_revision"],
  [{ from: 0 }, "wrong_revision"],
  [{ to: 1 }, "wrong_revision"],
  [{ to: 0 }, "wrong_revision"],
])("refuses a patch with %o", (changes, code) => {
  expect(applyPatch(ruleset, { ...patch, ...changes })).toMatchObject({ ok: false, error: { code } });
});

test("changes the segments that the patch names, and keeps those of a patch without any", () => {
  const beta = segmentWith({ key: "beta" });
  const gone = segmentWith({ key: "gone" });
  const staff = segmentWith({ key: "staff" });
  const before: Ruleset = { ...ruleset, segments: { beta, gone } };

  const changed = applyPatch(before, { ...patch, segments: { gone: null, staff } });
  const kept = applyPatch(before, patch);

  expect(changed.ok && changed.ruleset.segments).toEqual({ beta, staff });
  expect(changed.ok && changed.ruleset.segments?.beta).toBe(beta);
  expect(kept.ok && kept.ruleset.segments).toBe(before.segments);
  expect(applyPatch(ruleset, { ...patch, segments: { staff } })).toMatchObject({
    ruleset: { segments: { staff } },
  });
});

test("names in a merged patch the segments that changed or left since", () => {
  const beta = segmentWith({ key: "beta", revision: 4 });
  const old = segmentWith({ key: "old", revision: 1 });
  const grown: Ruleset = { ...ruleset, revision: 6, segments: { beta, old } };

  expect(patchSince(grown, {}, 3, { gone: 5, beta: 2, forgotten: 3 })).toEqual({
    ...{ schema: 1, epoch: "e1", from: 3, to: 6, changes: {} },
    segments: { beta, gone: null },
  });
  expect(patchSince(grown, {}, 5)).not.toHaveProperty("segments");
});

test("carries all declared attributes where one changed since, and keeps those of a patch without any", () => {
  const before: Ruleset = { ...ruleset, attributes: { age: "number" } };
  const after: Ruleset = { ...before, revision: 3, attributes: { region: "string" } };
  const { attributes: _, ...none } = after;

  expect(patchSince(after, {}, 1, {}, 2)).toMatchObject({ attributes: { region: "string" } });
  expect(patchSince(after, {}, 2, {}, 2)).not.toHaveProperty("attributes");
  expect(applyPatch(before, patchSince(after, {}, 1, {}, 2))).toEqual({ ok: true, ruleset: after });
  expect(applyPatch(before, patchSince(none, {}, 1, {}, 2))).toMatchObject({ ruleset: { attributes: {} } });
  expect(applyPatch(before, patch)).toMatchObject({ ruleset: { attributes: { age: "number" } } });
});

test("carries the trace of the change that it leads to, and none of an earlier one", () => {
  const traced: Ruleset = { ...ruleset, traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };
  const after: Ruleset = { ...traced, revision: 3 };
  const { traceparent: _, ...untraced } = after;

  expect(applyPatch(ruleset, patchSince(after, {}, 1))).toEqual({ ok: true, ruleset: after });
  expect(applyPatch(traced, patchSince(untraced, {}, 1))).toEqual({ ok: true, ruleset: untraced });
});

test("handles a toggle called __proto__ like any other", () => {
  const strange: RulesetPatch = JSON.parse(
    JSON.stringify({ ...patch, changes: [] }).replace(
      "[]",
      `{"__proto__":${JSON.stringify(toggleWith({ key: "__proto__" }))}}`,
    ),
  );

  const result = applyPatch(ruleset, strange);

  expect(result.ok && Object.keys(result.ruleset.toggles)).toEqual(["a", "b", "__proto__"]);
});

test("leads by one merged patch from any revision to the last, whatever happened between", () => {
  const change = fc.record({ key: fc.constantFrom("a", "b", "c", "__proto__"), isRemoval: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), fc.nat(), (changes, pick) => {
      const { history, removed } = replay(changes);
      const last = history.at(-1) ?? ruleset;
      const start = history[pick % (history.length - 1)] ?? ruleset;

      const result = applyPatch(start, patchSince(last, removed, start.revision));

      expect(result.ok && sorted(result.ruleset)).toEqual(sorted(last));
    }),
  );
}, 30_000);

test("names in a merged patch only what changed since", () => {
  const grown = {
    ...rulesetWith([toggleWith({ key: "a", revision: 3 }), toggleWith({ key: "b", revision: 5 })]),
    revision: 6,
  };

  const merged = patchSince(grown, { a: 1, gone: 6, forgotten: 3 }, 3);

  expect(merged).toEqual({
    schema: 1,
    epoch: "e1",
    from: 3,
    to: 6,
    changes: { b: grown.toggles.b, gone: null },
  });
});

function replay(changes: readonly { key: string; isRemoval: boolean }[]) {
  const history: Ruleset[] = [rulesetWith([], { revision: 0 })];
  const removals = new Map<string, number>();
  let toggles = new Map<string, Ruleset["toggles"][string]>();
  for (const [at, { key, isRemoval }] of changes.entries()) {
    const revision = at + 1;
    toggles = new Map(toggles);
    if (isRemoval) toggles.delete(key);
    else toggles.set(key, toggleWith({ key, revision }));
    if (isRemoval) removals.set(key, revision);
    history.push({ ...rulesetWith([], { revision }), toggles: Object.fromEntries(toggles) });
  }
  return { history, removed: Object.fromEntries(removals) };
}

function sorted({ revision, toggles }: Ruleset) {
  return { revision, toggles: Object.entries(toggles).sort(([one], [other]) => (one < other ? -1 : 1)) };
}
