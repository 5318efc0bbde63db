import { createServer } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { freePort } from "../../launcher/free-port.mjs";
import { readSettings, refuseTakenPorts } from "../../launcher/settings.mjs";

afterEach(() => vi.unstubAllEnvs());

test.each([
  ["BURGEE_PORT", { postgresPort: false }],
  ["BURGEE_POSTGRES_PORT", { postgresPort: true }],
])("names a taken port and %s, which changes it", async (variable, { postgresPort }) => {
  const taken = await freePort();
  const other = await freePort();
  const listener = createServer().listen(taken, "127.0.0.1");
  vi.stubEnv("DATABASE_URL", "");
  vi.stubEnv("BURGEE_PORT", String(postgresPort ? other : taken));
  vi.stubEnv("BURGEE_POSTGRES_PORT", postgresPort ? String(taken) : "");

  const refused = refuseTakenPorts(readSettings()).finally(() => listener.close());

  await expect(refused).rejects.toThrow(
    `Port ${taken} on 127.0.0.1 is taken. Choose another: ${variable}=${taken + 1}`,
  );
});

test("refuses a port that is none, and says what would be right", () => {
  vi.stubEnv("BURGEE_PORT", "4000x");

  expect(() => readSettings()).toThrow('BURGEE_PORT is "4000x"; it must be a whole number from 1 to 65535.');
});

test("listens on port 4000 of this machine unless told", () => {
  for (const name of ["BURGEE_PORT", "BURGEE_HOST", "BURGEE_PUBLIC_URL", "DATABASE_URL"])
    vi.stubEnv(name, "");

  expect(readSettings()).toMatchObject({ host: "127.0.0.1", port: 4000, publicUrl: "http://localhost:4000" });
});
