import { expect, test } from "vitest";
import { readSettings } from "./options.ts";
import type { ServerOptions } from "./server-options.ts";

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
    hooks: [],
    verifyKeys: [],
    usage: { flushIntervalMs: 60_000, privateAttributes: new Set() },
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

test("takes a URL for an address", () => {
  const { baseUrl, problem } = readSettings({ ...given, baseUrl: new URL("http://localhost:4000") }, {});

  expect([baseUrl, problem]).toEqual(["http://localhost:4000", undefined]);
});

const unreadable = Object.defineProperty({ ...given }, "mode", {
  get: () => {
    throw new Error("no");
  },
});

test.each([
  ["null", null, "The options must be an object, not null."],
  ["a text", "x", "The options must be an object, not a string."],
  [
    "an address that is a number",
    { ...given, baseUrl: 5 },
    "`baseUrl` must be a text or a URL, not a number.",
  ],
  ["a key that is a number", { ...given, sdkKey: 5 }, "`sdkKey` must be a text, not a number."],
  ["a key that is an object", { ...given, sdkKey: {} }, "`sdkKey` must be a text, not an object."],
  [
    "an unknown mode",
    { ...given, mode: "push" },
    "`mode` must be one of stream, poll, manual, offline, not a string.",
  ],
  [
    "a symbol for an interval",
    { ...given, pollIntervalMs: Symbol("x") },
    "`pollIntervalMs` must be a number, not a symbol.",
  ],
  [
    "a bigint for a time-out",
    { ...given, readyTimeoutMs: 1n },
    "`readyTimeoutMs` must be a number, not a bigint.",
  ],
  ["a logger that is a number", { ...given, logger: 5 }, "`logger` must be a logger or false, not a number."],
  ["a fetch that is a number", { ...given, fetch: 3 }, "`fetch` must be a function, not a number."],
  [
    "an option that throws when read",
    unreadable,
    "`mode` must be one of stream, poll, manual, offline, not a symbol.",
  ],
])("does not throw on %s, and says what is wrong", (_name, options, message) => {
  const { problem } = readSettings(options as ServerOptions, {});

  expect(problem).toMatchObject({ code: "invalid_options", message });
});

test("takes null for an option that was left out", () => {
  const nulls = { ...given, mode: null, pollIntervalMs: null, logger: null, fetch: null, bootstrap: null };

  expect(readSettings(nulls as unknown as ServerOptions, {})).toEqual(readSettings(given, {}));
});

test("refuses a client key, which reads no ruleset, and says which key is needed", () => {
  const { problem } = readSettings({ ...given, sdkKey: "bg_cli_secret" }, {});

  expect(problem).toMatchObject({
    code: "invalid_options",
    message: expect.stringContaining("server key (bg_srv_)"),
  });
  expect(problem?.message).not.toContain("secret");
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
