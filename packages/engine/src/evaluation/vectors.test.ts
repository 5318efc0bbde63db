import { describe, expect, test } from "vitest";
import { EVALUATIONS, readEvaluations } from "../../test/vectors.ts";
import { prepare } from "./prepare.ts";

describe.each(EVALUATIONS)("the vectors of %s", (name) => {
  const { ruleset, list, cases } = readEvaluations(name);
  const evaluator = prepare(ruleset, { list });

  test.each(cases)("$title", ({ toggle, context, nowMs, expected }) => {
    const { errorMessage, ...evaluation } = evaluator.evaluate(toggle, context, nowMs);

    expect(evaluation).toEqual(expected);
    expect(errorMessage === undefined).toBe(!("errorCode" in expected));
  });
});
