import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";
import { library } from "../../packages/engine/src/library/index.ts";
import { findChromium } from "../support/chromium-program.ts";
import { type Answer, answersOf } from "./answers.ts";
import { CALLS } from "./calls.ts";
import { runInChromium } from "./chromium.ts";

const folder = join(import.meta.dirname, "..", "..", "packages", "engine", "vectors");
/** As texts, which the bundle parses: in a script's source an object's `__proto__` would be no key of its own. */
const files = `{${readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => `${JSON.stringify(name)}:${readFileSync(join(folder, name), "utf8")}`)}}`;
const chromium = findChromium();
const expected = answersOf(JSON.parse(files));
let script: string;

beforeAll(async () => {
  await using bundle = await rolldown({ input: join(import.meta.dirname, "answers.ts") });
  const { output } = await bundle.generate({ format: "iife", name: "engine", minify: true });
  script = `${output[0].code}\nresult = JSON.stringify(engine.answersOf(JSON.parse(${JSON.stringify(files)})));`;
});

describe("the engine's answers to its vectors and to random programs", () => {
  test.skipIf(chromium === undefined)(
    "are in Chromium what they are in Node",
    () => {
      expect(differences(runInChromium(chromium ?? "", script))).toEqual([]);
    },
    120_000,
  );

  test("need neither TextEncoder, Buffer, process nor anything else that JavaScript itself lacks", () => {
    const bare = { result: "" };

    runInNewContext(script, bare);

    expect(Object.keys(bare)).toEqual(["result", "engine"]);
    expect(differences(bare.result)).toEqual([]);
  });

  test("are many, hold values, and call every function of the library", () => {
    const functions = Object.keys(library.meanings).filter((name) => /^\.?[a-z]+/i.test(name));
    const called = functions.filter((name) => CALLS.some((text) => text.includes(name)));

    expect(called).toEqual(functions);
    expect(expected.length).toBeGreaterThan(4_500);
    expect(expected.filter(([, answer]) => !answer.startsWith('{"code"')).length).toBeGreaterThan(2_000);
  });
});

/** The questions that were answered otherwise, with both answers. */
function differences(answers: string): readonly unknown[] {
  const found: readonly Answer[] = JSON.parse(answers);
  if (found.length !== expected.length) return [`${found.length} answers, where ${expected.length} are due`];
  return expected.flatMap(([question, answer], at) => {
    const [, other] = found[at] ?? [];
    return other === answer ? [] : [{ question, answer, other }];
  });
}
