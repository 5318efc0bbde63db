import { startProcess } from "@burgee/test-support";
import { expect, test } from "vitest";

test.each([
  ["postgres://ada:p#secret@host/burgee", "Invalid URL"],
  ["postgres://ada:secret@127.0.0.1:1/burgee", "connect ECONNREFUSED 127.0.0.1:1"],
])("says in one line why %s was not migrated, and shows no password", async (url, reason) => {
  const migrating = startProcess("packages/db/src/commands/migrate.ts", {
    NODE_OPTIONS: "--conditions=burgee:source",
    DATABASE_URL: url,
  });

  const { code } = await migrating.exited;

  expect(code).toBe(1);
  expect(migrating.lines).toEqual([expect.stringContaining(`was not migrated: ${reason}`)]);
  expect(migrating.lines.join()).not.toContain("secret");
});
