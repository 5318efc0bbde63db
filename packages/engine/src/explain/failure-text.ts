import { missingList } from "../evaluation/missing-list.ts";
import { EVALUATION_LIMITS } from "../limits.ts";
import type { Failure, FailureCode } from "../values/failure.ts";

/** A failure in words. */
export function failureText({ code, operands }: Failure): string {
  const words = texts[code];
  return typeof words === "string" ? words : words(...operands);
}

const texts: Readonly<Record<FailureCode, string | ((...operands: readonly unknown[]) => string)>> = {
  bad_pattern: (why) => String(why),
  budget_exceeded: `the evaluation asked for more than ${EVALUATION_LIMITS.units} units of work`,
  division_by_zero: "division by zero",
  key_twice: "the map has a key twice",
  malformed: "a text is malformed",
  no_attribute: (name) => `the context has no attribute '${name}'`,
  no_field: (name) => `there is no field '${name}'`,
  no_id: (name) => `the context has no value of '${name}'`,
  no_key: "the map has no such key",
  no_list: (hash) => missingList(String(hash)),
  no_meaning: (op, ...types) => `'${op}' has no meaning for ${types.join(" and ")}`,
  no_segment: (key) => `there is no segment '${key}'`,
  out_of_range: "a value lies out of range",
  text_too_long: `a text of more than ${EVALUATION_LIMITS.textLength} characters`,
  too_deep: `segments are nested deeper than ${EVALUATION_LIMITS.segmentDepth}`,
  unknown: (what) => `this release does not know '${what}'`,
};
