import { expect, test } from "vitest";
import { connectionSettings } from "./connection-settings.ts";

const url = "postgres://u:p@localhost/burgee";

test("sets role, schema and parameters before the first query", () => {
  const settings = connectionSettings({
    url,
    role: "burgee_app",
    applicationName: "api",
    parameters: { lock_timeout: 50 },
  });

  expect(settings.options).toBe("-c search_path=burgee -c role=burgee_app -c lock_timeout=50");
  expect(settings.application_name).toBe("api");
});

test("keeps the options of the address, and lets ours win", () => {
  const settings = connectionSettings({
    url: `${url}?sslmode=disable&options=-c%20role%3Dother&application_name=psql`,
    role: "burgee_app",
    applicationName: "api",
  });

  expect(settings.options).toBe("-c role=other -c search_path=burgee -c role=burgee_app");
  expect(settings.connectionString).toBe(`${url}?sslmode=disable`);
});

test("keeps a value with spaces in one piece", () => {
  const settings = connectionSettings({
    url,
    applicationName: "api",
    parameters: { search_path: "a, b\\c" },
  });

  expect(settings.options).toBe("-c search_path=a,\\ b\\\\c");
});
