import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NOTICE_TYPES } from "./notice-types.ts";

const page = readFileSync(join(import.meta.dirname, "../../../../docs/webhooks.md"), "utf8");

test.each(Object.entries(NOTICE_TYPES))("docs/webhooks.md says what %s is", (type, { about }) => {
  expect(page).toContain(`| \`${type}\` | ${about} |`);
});
