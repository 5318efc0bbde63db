import { expect, test } from "vitest";
import { createLogger } from "./create-logger.ts";

const KEY = `bg_srv_${"C4n4ry".repeat(6)}_0Z9zA1`;
const ADDRESS = "postgres://burgee:canary-password@db.internal:5432/burgee";

test("writes one line of JSON an entry", () => {
  const { log, lines } = capture();

  log.info({ toggle: "cart" }, "A toggle changed.");

  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "info",
    name: "api",
    toggle: "cart",
    msg: "A toggle changed.",
  });
});

test.each<[string, unknown]>([
  ["a key in a field", { note: KEY }],
  ["a key in the middle of a text", { note: `line one\n${KEY}\tand more` }],
  ["a personal key", { note: "bg_pat_canary" }],
  ["an authorization header", { req: { headers: { authorization: "canary", Authorization: "canary" } } }],
  ["a cookie", { headers: { cookie: "burgee=canary", "set-cookie": ["__Host-burgee=canary"] } }],
  ["a password, deep down", { a: { b: [{ c: { newPassword: "canary", client_secret: "canary" } }] } }],
  ["a bearer token in a text", { note: "sent Authorization: Bearer canary.canary" }],
  ["the address of a database", { url: ADDRESS, databaseUrl: "canary", note: `tried\n${ADDRESS}` }],
  ["a password in an address's query", { note: "postgres://h/db?password=canary&ssl=true" }],
  ["an error", { err: new Error(`no access with ${KEY}`) }],
  ["an error's cause", { err: new Error("outer", { cause: new Error("inner", { cause: new Error(KEY) }) }) }],
  ["an error's own field", { failure: Object.assign(new Error("x"), { config: { password: "canary" } }) }],
  ["errors in an aggregate", { err: new AggregateError([new Error(KEY), new Error(ADDRESS)], "all failed") }],
  ["a map", { headers: new Map([["authorization", "canary"]]) }],
  ["a URL", { url: new URL(ADDRESS) }],
])("hides %s", (_, fields) => {
  const { log, lines } = capture();

  log.error(fields, "It failed.");

  expect(lines.join("")).not.toMatch(/canary/i);
  expect(lines.join("")).toContain("[redacted]");
  expect(() => JSON.parse(lines[0] ?? "")).not.toThrow();
});

test("hides secrets in messages, their arguments, and what a child logger is bound to", () => {
  const { log, lines } = capture();

  log.child({ requestKey: KEY, password: "canary" }).warn("failed for %s at %s", KEY, ADDRESS);
  log.error(new Error(`refused ${KEY}`));

  expect(lines).toHaveLength(2);
  expect(lines.join("")).not.toMatch(/canary/i);
});

test("shows an error's type, message, stack and causes at any depth", () => {
  const { log, lines } = capture();

  log.error({ outcome: { failure: new TypeError("outer", { cause: new Error("inner") }) } });

  expect(JSON.parse(lines[0] ?? "").outcome.failure).toMatchObject({
    type: "TypeError",
    message: "outer",
    stack: expect.stringContaining("create-logger.test"),
    cause: { type: "Error", message: "inner" },
  });
});

test("writes what has no end, or can't be read, without failing", () => {
  const { log, lines } = capture();
  const endless: Record<string, unknown> = { amount: 12n };
  endless.self = endless;
  Object.defineProperty(endless, "broken", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });

  log.info({ endless });

  expect(JSON.parse(lines[0] ?? "").endless).toEqual({
    amount: "12",
    self: "[circular]",
    broken: "[unreadable]",
  });
});

test("names a connection that an error carries, and does not follow it", () => {
  const { log, lines } = capture();
  const client = new (class Client {
    readonly settings = { host: "db.internal" };
  })();

  log.warn({ err: Object.assign(new Error("lost"), { client, code: "57P01" }) });

  expect(JSON.parse(lines[0] ?? "").err).toMatchObject({
    message: "lost",
    client: "[Client]",
    code: "57P01",
  });
});

test("keeps what is no secret", () => {
  const { log, lines } = capture();

  log.info({ sdkKeyId: "k1", tokens: 3, url: "https://example.com/a?b=c" }, "see redis://localhost:6379");

  expect(lines[0]).toContain('"sdkKeyId":"k1","tokens":3,"url":"https://example.com/a?b=c"');
  expect(lines[0]).toContain("redis://localhost:6379");
});

function capture() {
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line) };
  return { log: createLogger({ level: "info", name: "api", sink }), lines };
}
