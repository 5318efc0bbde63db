import { expect, test } from "vitest";
import { changeDraft, draftOf, planOf } from "./plan-draft.ts";

const percentage = (value: number) => ({ share: { type: "percentage" as const, value } });

test("steps are moved, added after the last and taken away, and the plan has them in that order", () => {
  const draft = draftOf({ steps: [percentage(1), percentage(10), percentage(50)] });
  const [first, second] = draft.steps;

  const moved = changeDraft(draft, { type: "move step", id: second?.id ?? 0, by: -1 });
  const without = changeDraft(moved, { type: "remove step", id: first?.id ?? 0 });
  const longer = changeDraft(without, { type: "add step" });

  expect(planOf(longer).steps.map(({ share }) => share?.type === "percentage" && share.value)).toEqual([
    10, 50, 100,
  ]);
});

test("what is left empty is left out of the plan", () => {
  const draft = draftOf({ steps: [{ ...percentage(10), audience: " " }] });

  expect(planOf(draft)).toEqual({ variant: "on", steps: [percentage(10)], guards: [] });
});

test("each guard that is added has a key of its own", () => {
  const draft = draftOf({ steps: [percentage(10)] });

  const guarded = [1, 2, 3].reduce((before) => changeDraft(before, { type: "add guard" }), draft);

  expect(new Set(planOf(guarded).guards?.map(({ key }) => key)).size).toBe(3);
});
