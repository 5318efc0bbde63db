import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ConfigurationError } from "./configuration-error.ts";
import { appLogin, systemLogin } from "./database-login.ts";
import { describeConfiguration } from "./describe-configuration.ts";
import {
  databaseConfiguration,
  httpConfiguration,
  logConfiguration,
  migrationConfiguration,
  redisConfiguration,
} from "./parts.ts";
import { type Environment, readConfiguration } from "./read-configuration.ts";

const parts = { ...databaseConfiguration, ...redisConfiguration, ...httpConfiguration, ...logConfiguration };
const url = "postgres://burgee:s3cr3t@localhost/burgee";
const folder = mkdtempSync(join(tmpdir(), "burgee-configuration-"));

afterAll(() => rmSync(folder, { recursive: true }));

test("reads values and fills in what has a default", () => {
  const configuration = readConfiguration(parts, { DATABASE_URL: url, BURGEE_PORT: "8080" });

  expect(configuration).toEqual({ databaseUrl: url, port: 8080, host: "127.0.0.1", logLevel: "info" });
});

test("gives a result that nobody can change", () => {
  const configuration = readConfiguration(logConfiguration, {});

  expect(Object.isFrozen(configuration)).toBe(true);
});

test("takes an empty variable for an unset one", () => {
  const configuration = readConfiguration(httpConfiguration, { BURGEE_PORT: "", BURGEE_HOST: "" });

  expect(configuration).toEqual({ port: 4000, host: "127.0.0.1" });
});

test("lists every problem at once, with what was found and what would be right", () => {
  const error = problemsOf({ BURGEE_PORT: "70000", BURGEE_LOG_LEVEL: "loud", REDIS_URL: "localhost:6379" });

  expect(error.problems.map(({ variable }) => variable)).toEqual([
    "DATABASE_URL",
    "REDIS_URL",
    "BURGEE_PORT",
    "BURGEE_LOG_LEVEL",
  ]);
  expect(error.message).toContain("DATABASE_URL is missing; give a PostgreSQL address such as");
  expect(error.message).toContain('BURGEE_PORT is "70000"; it must be a whole number from 0 to 65535.');
  expect(error.message).toContain('BURGEE_LOG_LEVEL is "loud"; it must be one of trace, debug,');
});

test("never shows the value of a secret", () => {
  const error = problemsOf({ DATABASE_URL: "mysql://root:canary@localhost/x" });

  expect(error.message).toContain("DATABASE_URL is set to something else (not shown)");
  expect(error.message).not.toContain("canary");
});

test.each(["1.5", "-1", "0x10", "1e3", "four"])("refuses %s as a port", (port) => {
  const error = problemsOf({ DATABASE_URL: url, BURGEE_PORT: port });

  expect(error.problems.map(({ variable }) => variable)).toEqual(["BURGEE_PORT"]);
});

test("reads a secret from the file that its variable names", () => {
  const file = join(folder, "database-url");
  writeFileSync(file, `${url}\n`);

  const configuration = readConfiguration(databaseConfiguration, { DATABASE_URL_FILE: file });

  expect(configuration.databaseUrl).toBe(url);
});

test("names the file that it can't read", () => {
  const error = problemsOf({ DATABASE_URL_FILE: join(folder, "missing") });

  expect(error.problems).toEqual([
    { variable: "DATABASE_URL_FILE", message: expect.stringContaining("can't be read (ENOENT)") },
  ]);
});

test("refuses a secret that is given twice", () => {
  const error = problemsOf({ DATABASE_URL: url, DATABASE_URL_FILE: join(folder, "database-url") });

  expect(error.message).toContain("DATABASE_URL and DATABASE_URL_FILE are both set; keep one.");
});

test("describes settings by variable, secrets redacted", () => {
  const configuration = readConfiguration(parts, { DATABASE_URL: url });

  expect(describeConfiguration(parts, configuration)).toEqual({
    DATABASE_URL: "[redacted]",
    BURGEE_PORT: 4000,
    BURGEE_HOST: "127.0.0.1",
    BURGEE_LOG_LEVEL: "info",
  });
});

test("takes the shared login with a role where there is no login of one's own", () => {
  const own = "postgres://system@localhost/burgee";
  const configuration = readConfiguration(databaseConfiguration, {
    DATABASE_URL: url,
    BURGEE_SYSTEM_DATABASE_URL: own,
  });

  expect(appLogin(configuration)).toEqual({ url, role: "burgee_app" });
  expect(systemLogin(configuration)).toEqual({ url: own });
});

describe("without DATABASE_URL", () => {
  const both = {
    BURGEE_APP_DATABASE_URL: "postgres://app@localhost/burgee",
    BURGEE_SYSTEM_DATABASE_URL: "postgres://system@localhost/burgee",
  };

  test("the logins of both roles do", () => {
    const configuration = readConfiguration(databaseConfiguration, both);

    expect(appLogin(configuration)).toEqual({ url: both.BURGEE_APP_DATABASE_URL });
    expect(systemLogin(configuration)).toEqual({ url: both.BURGEE_SYSTEM_DATABASE_URL });
  });

  test.each(Object.keys(both))("%s alone does not, and the message says what would", (name) => {
    const error = problemsOf({ [name]: url, BURGEE_PORT: "none" });

    expect(error.problems.map(({ variable }) => variable)).toEqual(["DATABASE_URL", "BURGEE_PORT"]);
    expect(error.message).toContain("or else BURGEE_APP_DATABASE_URL and BURGEE_SYSTEM_DATABASE_URL.");
  });

  test("nobody migrates, whatever else is given", () => {
    expect(() => readConfiguration(migrationConfiguration, both)).toThrow("DATABASE_URL is missing; give");
  });
});

function problemsOf(environment: Environment): ConfigurationError {
  try {
    readConfiguration(parts, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("The configuration was accepted.");
}
