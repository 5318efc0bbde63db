import type { BucketDomain } from "../../packages/engine/src/bucketing/bucket.ts";
import { hashFamily } from "../../packages/engine/src/bucketing/hash-families.ts";
import { compileExpression } from "../../packages/engine/src/expressions/compile-expression.ts";
import {
  type EvaluationContext,
  type IdList,
  prepare,
  type Ruleset,
  readRuleset,
  type Slice,
  type Weights,
  withWeights,
} from "../../packages/engine/src/index.ts";
import type { Expression } from "../../packages/engine/src/language/expression.ts";
import { parseExpression } from "../../packages/engine/src/language/index.ts";
import { library } from "../../packages/engine/src/library/index.ts";
import { readIdList } from "../../packages/engine/src/lists/index.ts";
import { matches } from "../../packages/engine/src/matches/index.ts";
import { Run } from "../../packages/engine/src/values/run.ts";
import { Random } from "../../packages/engine/test/fuzz/random.ts";
import { randomContext } from "../../packages/engine/test/fuzz/random-context.ts";
import { RandomExpression } from "../../packages/engine/test/fuzz/random-expression.ts";
import { spell } from "../../packages/engine/test/fuzz/spell.ts";
import { bytesOf } from "./base64.ts";
import { CALLS } from "./calls.ts";

const NOW_MS = 1_700_000_000_123;
const RANDOM_PROGRAMS = 3_000;

/** One file of packages/engine/vectors: all that the engine's answer depends on. */
export type Vectors =
  | EvaluationVectors
  | readonly (BucketVector | ConditionVector | ListVector | WeightVector)[];

interface EvaluationVectors {
  readonly ruleset: Ruleset;
  /** Those that travel beside the ruleset, packed and as base64, by hash. */
  readonly lists?: Readonly<Record<string, string>>;
  readonly cases: readonly {
    readonly title: string;
    readonly toggle: string;
    readonly context: EvaluationContext;
    readonly nowMs?: number;
  }[];
}

interface BucketVector {
  readonly salt: string;
  readonly domain: BucketDomain;
  readonly value: string;
}

interface ConditionVector {
  readonly expression: Expression;
  readonly context: Readonly<Record<string, unknown>>;
}

interface ListVector {
  readonly title: string;
  readonly base64: string;
  readonly ids?: readonly string[];
  readonly not?: readonly string[];
}

interface WeightVector {
  readonly slices: readonly Slice[];
  readonly weights: Weights;
}

/** A question, and the engine's answer as a text with types in it. */
export type Answer = readonly [question: string, answer: string];

/** What the engine answers in the runtime that this runs in, to its vectors (by file) and to more. */
export function answersOf(files: Readonly<Record<string, Vectors>>): readonly Answer[] {
  return [
    ...Object.entries(files).flatMap(([name, vectors]) =>
      answersOfVectors(name, vectors).map(([question, answer]): Answer => [`${name}: ${question}`, answer]),
    ),
    ...CALLS.map((text): Answer => [text, answerOfText(text)]),
    ...Array.from(
      { length: RANDOM_PROGRAMS },
      (_, seed): Answer => [`random program ${seed}`, answerOfRandom(seed)],
    ),
  ];
}

function answersOfVectors(name: string, vectors: Vectors): readonly Answer[] {
  if ("ruleset" in vectors) {
    const read = readRuleset(vectors.ruleset);
    if (!read.ok) return [[name, read.error.message]];
    const lists = vectors.lists ?? {};
    const { evaluate } = prepare(read.ruleset, { matches, list: (hash) => listOf(lists[hash]) });
    return vectors.cases.map(({ title, toggle, context, nowMs }) => [
      title,
      spell(evaluate(toggle, context, nowMs ?? NOW_MS)),
    ]);
  }
  const family = hashFamily(name === "unleash-buckets" ? "unleash" : "b1");
  return vectors.map((vector): Answer => {
    if ("salt" in vector) {
      const { salt, domain, value } = vector;
      return [JSON.stringify([salt, domain, value]), spell(family?.(salt, domain)(value))];
    }
    if ("expression" in vector) {
      return [JSON.stringify(vector), answerOf(vector.expression, vector.context)];
    }
    if ("base64" in vector) return [vector.title, answerOfList(vector)];
    return [JSON.stringify(vector), spell(withWeights(vector.slices, vector.weights))];
  });
}

function answerOfList({ base64, ids = [], not = [] }: ListVector): string {
  const list = listOf(base64);
  return list ? spell([list.count, ...[...ids, ...not].map((id) => list.has(id))]) : "no list";
}

function listOf(base64: string | undefined): IdList | undefined {
  const read = base64 === undefined ? undefined : readIdList(bytesOf(base64));
  return read?.ok ? read.list : undefined;
}

function answerOfText(text: string): string {
  const parsed = parseExpression(text, { checked: false });
  return parsed.ok ? answerOf(parsed.expression, {}) : parsed.error.message;
}

function answerOfRandom(seed: number): string {
  const random = new Random(seed);
  const expression = new RandomExpression(random, ["none"]).make(2 + random.below(4), "any");
  return answerOf(expression, randomContext(random));
}

function answerOf(expression: Expression, context: Readonly<Record<string, unknown>>): string {
  const run = new Run();
  run.begin({ library, matches, segment: () => undefined, nowMs: () => NOW_MS });
  return spell(compileExpression(expression)(context, run));
}
