import { expect, test } from "vitest";
import { connect, next, serve, type Watched } from "../../test/connect.ts";
import { booleanToggle, rulesetWith } from "../../test/rulesets.ts";
import type { Trouble, WireServer } from "../../test/wire-server.ts";
import type { ClientEvents } from "./server-client.ts";

type EventName = keyof ClientEvents;
const toggles = [booleanToggle("cart", true)];

/** Closes from within a listener, at its `nth` call, and waits until that close is over. */
async function closedFrom({ client }: Watched, event: EventName, nth = 1): Promise<void> {
  await new Promise<void>((resolve) => {
    let calls = 0;
    client.on(event, () => {
      calls += 1;
      if (calls === nth) void client.close().then(resolve);
    });
  });
}

/** Lets a day pass, in steps that leave time to answer, and counts what the closed client still asks for. */
async function requestsWithinADay(server: WireServer, { ports }: Watched): Promise<number> {
  const before = server.requests.length;
  for (let hour = 0; hour < 24; hour += 1) {
    ports.advance(3_600_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return server.requests.length - before;
}

const away: Readonly<Record<string, Trouble>> = {
  "a refused key": { status: 401 },
  "a broken service": { status: 500 },
  "a full service": { status: 503, headers: { "retry-after": "300" } },
};

test.each(
  (["stream", "poll"] as const).flatMap((mode) =>
    Object.entries(away).map(([name, trouble]) => ({ mode, name, trouble })),
  ),
)("close() from a listener of error, mode $mode with $name, closes", async ({ mode, trouble }) => {
  const server = await serve();
  server.trouble["/v1/stream"] = trouble;
  server.trouble["/v1/ruleset"] = trouble;
  const watched = connect(server, { mode });

  await closedFrom(watched, "error");

  expect([watched.client.status, watched.ports.pending]).toEqual(["closed", 0]);
  expect(await requestsWithinADay(server, watched)).toBe(0);
});

test("close() from a listener of the third error does not begin to poll", async () => {
  const server = await serve(rulesetWith({ toggles }));
  server.trouble["/v1/stream"] = { status: 500 };
  const watched = connect(server);
  const closed = closedFrom(watched, "error", 3);
  await watched.ports.pass(500);
  await watched.ports.pass(1_000);

  await closed;

  expect(watched.ports.pending).toBe(0);
  expect(await requestsWithinADay(server, watched)).toBe(0);
  expect([server.count("/v1/ruleset"), watched.changes]).toEqual([0, []]);
});

test.each(
  (["stream", "poll"] as const).flatMap((mode) =>
    (["status", "ready", "change"] as const).map((event) => ({ mode, event })),
  ),
)("close() from a listener of $event, mode $mode, closes for good", async ({ mode, event }) => {
  const server = await serve(rulesetWith({ toggles }));
  const watched = connect(server, { mode });

  await closedFrom(watched, event);

  expect(watched.ports.pending).toBe(0);
  expect(await requestsWithinADay(server, watched)).toBe(0);
  expect(watched.statuses.at(-1)).toBe("closed");
});

test("close() from the status of a refused key closes", async () => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 401 };
  const watched = connect(server);

  await closedFrom(watched, "status");

  expect(watched.ports.pending).toBe(0);
});

test("close() from a listener of change ends what the same chunk brings", async () => {
  const server = await serve();
  server.greets = false;
  const { client, ports, changes } = connect(server);
  client.on("change", () => void client.close());
  const late: string[] = [];
  client.on("change", ({ version }) => late.push(version));
  const stream = await server.nextStream();

  const puts = [1, 2, 3].map(
    (revision) => `event: put\ndata: ${JSON.stringify(rulesetWith({ revision }))}\n\n`,
  );
  stream.raw(puts.join(""));
  await stream.gone;
  await client.close();

  expect([client.revision, changes, late, ports.pending]).toEqual([1, ["@e1.1"], [], 0]);
});

test("close() from the status that tells of the first ruleset leaves its change untold", async () => {
  const server = await serve(rulesetWith({ toggles }));
  const watched = connect(server);
  const told: string[] = [];
  watched.client.on("ready", () => told.push("ready"));

  await closedFrom(watched, "status");

  expect([watched.statuses, watched.changes, told]).toEqual([["ready", "closed"], [], []]);
});

test("close() from a listener of the status closed is the same close", async () => {
  const server = await serve();
  const { client } = connect(server);
  await client.ready();
  const closes = new Set<Promise<void>>();
  client.on("status", () => closes.add(client.close()));

  closes.add(client.close());
  await Promise.all(closes);

  expect(closes.size).toBe(1);
});

test.each(["stream", "poll"] as const)("close() from the user's own fetch, mode %s, closes", async (mode) => {
  const server = await serve();
  server.trouble["/v1/stream"] = { status: 500 };
  server.trouble["/v1/ruleset"] = { status: 500 };
  const own: typeof fetch = (input, init) => {
    void watched.client.close();
    return fetch(input, init);
  };
  const watched = connect(server, { mode, fetch: own });

  await next(watched.client, "status");
  await watched.client.close();

  expect(watched.ports.pending).toBe(0);
  expect(await requestsWithinADay(server, watched)).toBe(0);
});
