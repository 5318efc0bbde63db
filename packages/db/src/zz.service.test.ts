import { test } from "vitest";
import { createDatabase } from "@burgee/test-support";
test("x", async () => { const d = await createDatabase(); await d.drop(); });
