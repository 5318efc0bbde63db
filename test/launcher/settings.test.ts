import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
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

test.each([
  ["DATABASE_URL", "foo"],
  ["DATABASE_URL", "mysql://user:secret@host/burgee"],
  ["DATABASE_URL", "postgres://user:se#cret@host/burgee"],
  ["DATABASE_URL", "postgres://user:12#secret@host/burgee"],
  ["DATABASE_URL", "postgres://user:12?secret@host/burgee"],
  ["DATABASE_URL", "postgres://user:12/secret@host/burgee"],
  ["DATABASE_URL", "postgres://user:se%cret@host/burgee"],
  ["REDIS_URL", "host:secret"],
  ["QUEUE_REDIS_URL", "http://secret"],
  ["BURGEE_PUBLIC_URL", "secret"],
])("names %s and not its value where it is %s", (variable, value) => {
  vi.stubEnv(variable, value);

  const refused = refusalOf(readSettings);

  expect(refused).toMatch(
    new RegExp(`^${variable} is set to something else \\(not shown\\); it must be a.*\\.$`),
  );
  expect(refused).not.toContain("secret");
});

test.each([
  "postgres://user:p%23%3F%2F%25%40ss@host:5432/burgee?sslmode=disable",
  "postgresql:///burgee?host=/var/run/postgresql",
  "postgres://user@/burgee?host=/var/run/postgresql",
  "postgres://user:p@ss@[::1]/burgee",
])("takes the address %s", (address) => {
  vi.stubEnv("DATABASE_URL", address);

  expect(readSettings()).toMatchObject({ databaseUrl: address });
});

test("takes an address from the file that names it", () => {
  const file = join(mkdtempSync(join(tmpdir(), "burgee-settings-")), "url");
  writeFileSync(file, "redis://host:6379\n");
  vi.stubEnv("REDIS_URL", "");
  vi.stubEnv("REDIS_URL_FILE", file);

  const { redis } = readSettings();
  rmSync(dirname(file), { recursive: true });

  expect(redis).toContainEqual({ variable: "REDIS_URL", url: "redis://host:6379" });
});

test("refuses one port for the API and PostgreSQL", () => {
  vi.stubEnv("DATABASE_URL", "");
  vi.stubEnv("BURGEE_PORT", "4000");
  vi.stubEnv("BURGEE_POSTGRES_PORT", "4000");

  expect(readSettings).toThrow(
    "BURGEE_POSTGRES_PORT and BURGEE_PORT are both 4000; each needs a port of its own.",
  );
});

test.each(["203.0.113.1", "no.such.host.invalid"])(
  "refuses to listen on %s, which is not this machine",
  async (host) => {
    vi.stubEnv("BURGEE_HOST", host);

    await expect(refuseTakenPorts(readSettings())).rejects.toThrow(`BURGEE_HOST is "${host}"`);
  },
);

function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing was refused";
}
