import { expect, test } from "vitest";
import { parseExpression } from "./condition.ts";
import { vocabulary } from "./vocabulary.ts";

test.each(vocabulary.map((word) => [word.name, word] as const))(
  "says of %s what the parser takes",
  (_, word) => {
    const [usage = ""] = word.usage.split(" or ");

    expect(parseExpression(usage, { checked: false })).toMatchObject({ ok: true });
  },
);

test("knows methods apart from what stands by itself", () => {
  const styles = new Map(vocabulary.map(({ name, style }) => [name, style]));

  expect(styles.get("startsWith")).toBe("method");
  expect(styles.get("semver")).toBe("global");
  expect(styles.get("exists")).toBe("method");
  expect(styles.get("segment")).toBe("global");
});
