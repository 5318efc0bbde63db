import { expect, test } from "vitest";
import { readSettings } from "./options.ts";

const given = { baseUrl: "https://toggles.example.com", sdkKey: "bg_srv_x" };

test("takes address and key from the environment when the options lack them", () => {
  const settings = readSettings({}, { BURGEE_URL: "http://localhost:4000", BURGEE_SDK_KEY: "bg_srv_env\n" });

  expect(settings).toEqual({
    baseUrl: "http://localhost:4000",
    sdkKey: "bg_srv_env",
    problem: undefined,
    mode: "stream",
    pollIntervalMs: 30_000,
    readyTimeoutMs: 5_000,
  });
});

test("prefers the options to the environment", () => {
  const env = { BURGEE_URL: "http://localhost:4000", BURGEE_SDK_KEY: "bg_srv_env" };

  expect(readSettings(given, env)).toMatchObject(given);
});

test("keeps an address's path and drops the slashes at its end", () => {
  const { baseUrl } = readSettings({ ...given, baseUrl: "https://example.com/burgee//" }, {});

  expect(baseUrl).toBe("https://example.com/burgee");
});

test.each([
  ["localhost:4000", /http:\/\//],
  ["not an address", /http:\/\//],
  ["ftp://example.com", /http:\/\//],
  ["https://me:secret@example.com", /no user/],
  ["https://example.com?project=x", /no user, query/],
])("says what is wrong with the address %s", (baseUrl, message) => {
  const { problem } = readSettings({ ...given, baseUrl }, {});

  expect(problem).toMatchObject({ code: "invalid_options", message: expect.stringMatching(message) });
});

test("refuses a key that cannot be one, without repeating it", () => {
  const { problem } = readSettings({ ...given, sdkKey: "bg_srv_a\r\nx-evil: 1" }, {});

  expect(problem?.message).toBe("The SDK key holds characters that no key has.");
});

test.each([
  [1, 1_000],
  [0, 30_000],
  [-5, 30_000],
  [Number.NaN, 30_000],
  [250_000, 250_000],
])("takes a poll interval of %d ms for %d ms", (pollIntervalMs, expected) => {
  expect(readSettings({ ...given, pollIntervalMs }, {}).pollIntervalMs).toBe(expected);
});
