import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import recorded from "./frozen.json" with { type: "json" };
import { migrations } from "./index.ts";

const names = Object.keys(migrations);
const frozen = new Map(Object.entries(recorded));

test.each(names)("%s stands as it landed", (name) => {
  const sha256 = createHash("sha256")
    .update(readFileSync(join(import.meta.dirname, `${name}.ts`)))
    .digest("hex");

  expect(
    frozen.get(name),
    `Databases have run ${name} as it was: take your edit back, and write a new migration that corrects it. ` +
      `Where ${name} itself is new, record it in frozen.json as "${name}": "${sha256}".`,
  ).toBe(sha256);
});

test("no migration is lost, renamed or out of order", () => {
  expect(names).toEqual([...frozen.keys()]);
  expect(names).toEqual(names.toSorted());
});
