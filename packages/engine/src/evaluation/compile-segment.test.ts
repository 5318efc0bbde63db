import { expect, test } from "vitest";
import { condition, segmentWith } from "../../test/rulesets.ts";
import { Failure } from "../values/failure.ts";
import { BUDGET_EXCEEDED, Run } from "../values/run.ts";
import { compileSegment } from "./compile-segment.ts";
import { plainCompiler } from "./compiler.ts";

const longId = "a".repeat(100_001);

test("says which value it lacks, where its lists would have decided", () => {
  const segment = segmentWith({ include: ["blue"], stickiness: "teamId" });

  expect(ask(segment, { userId: "blue" })).toEqual(new Failure("no_id", "teamId"));
});

test("says what its condition gave that is no boolean", () => {
  const segment = segmentWith({ condition: condition("plan") });

  expect(ask(segment, { plan: "pro" })).toEqual(new Failure("no_meaning", "segment", "string"));
});

test("reads no id where it lists none", () => {
  const segment = segmentWith({ condition: true });

  expect(ask(segment, { userId: longId })).toBe(true);
});

test.each([
  ["includes", segmentWith({ include: ["ada"], condition: true })],
  ["excludes", segmentWith({ exclude: ["ada"], condition: true })],
])("has no answer where it %s ids, and the context's is too long to pay for", (_verb, segment) => {
  expect(ask(segment, { userId: longId })).toBe(BUDGET_EXCEEDED);
});

test("has no answer for who is included, where the list that may exclude them is not there", () => {
  const segment = segmentWith({ include: ["ada"], excludeList: { hash: "f".repeat(64), count: 1 } });

  expect(ask(segment, { userId: "ada" })).toEqual(new Failure("no_list", "f".repeat(64)));
});

test("has no answer below the deepest level of segments", () => {
  const run = new Run();
  run.segmentDepth = 5;

  expect(compileSegment(segmentWith({ condition: true }), plainCompiler)({}, run)).toEqual(
    new Failure("too_deep"),
  );
});

test("counts segments as deep only while they are asked inside one another", () => {
  const run = new Run();
  const segment = compileSegment(segmentWith({ condition: true }), plainCompiler);

  const answers = Array.from({ length: 7 }, () => segment({}, run));

  expect(answers).toEqual(Array(7).fill(true));
});

test("charges a look-up beside the ruleset for a long id, as it charges for reading it", () => {
  const run = new Run();
  const list = { hash: "0".repeat(64), count: 1 };
  run.begin({ ...run.surroundings, list: () => ({ count: 1, has: () => false }) });
  const full = run.left;

  compileSegment(segmentWith({ includeList: list, excludeList: list }), plainCompiler)(
    { userId: "x".repeat(100) },
    run,
  );

  expect(full - run.left).toBe(20 + 100 + 2 * 100);
});

test("looks a list up again in each evaluation, since it may have come", () => {
  const list = { hash: "0".repeat(64), count: 1 };
  const test = compileSegment(segmentWith({ includeList: list }), plainCompiler);
  const run = new Run();
  const before = test({ userId: "ada" }, run);
  const { missingList } = run;
  run.begin({ ...run.surroundings, list: () => ({ count: 1, has: (id) => id === "ada" }) });

  expect(before).toEqual(new Failure("no_list", list.hash));
  expect(missingList).toBe(list.hash);
  expect(test({ userId: "ada" }, run)).toBe(true);
  expect(run.missingList).toBeUndefined();
});

function ask(
  segment: Parameters<typeof compileSegment>[0],
  context: Readonly<Record<string, unknown>>,
): unknown {
  return compileSegment(segment, plainCompiler)(context, new Run());
}

test("costs its nodes each time it is asked, so that a large one asked often ends", () => {
  const large = Array.from({ length: 160 }, () => "bytes(userId) == b'q'").join(" || ");
  const test = compileSegment(segmentWith({ condition: condition(large) }), plainCompiler);
  const run = new Run();

  const answers = Array.from({ length: 250 }, () => test({ userId: "ada" }, run));

  expect(answers.at(-1)).toBe(BUDGET_EXCEEDED);
});
