/** PostgreSQL and both Redis go, by a kill and by a stop, and an edge goes and comes back meanwhile: every evaluation is answered. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createServerClient } from "@burgee/sdk";
import { freePort } from "../../../launcher/free-port.mjs";
import { eventually } from "../../support/eventually.ts";
import { BUILT, keptIn, startEdge } from "../../support/start-edge.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { forgetful } from "../forgetful.ts";
import { openHouse } from "../open-house.ts";
import { askAll, askOne, keepEvaluating, keepReading, newReading, nothingFailed } from "../reading.ts";
import { openTrpc } from "../trpc-client.ts";
import { atMost, count, never, quantile, type Verdict } from "../verdicts.ts";

const CONNECTIONS = 4;
const BY_SDK = "evaluations by the SDK that failed";
const BY_EDGE = "evaluations by the edges that failed";
const BY_RESTARTED = "evaluations by the edge that was killed and started again that failed";
const BY_REST = "evaluations by REST that failed";
/** What a change may take to be refused: a statement has 5 s, and its answer a second more. */
const REFUSED_WITHIN_MS = 8_000;
/** An SDK that was cut off waits for up to half a minute before it asks again. */
const BACK_WITHIN_MS = 60_000;
const KEYS = Array.from({ length: 20 }, (_, index) => `toggle-${index}`);

export const databaseAndRedisStopped: FaultRow = {
  name: "database-and-redis-stopped",
  faults: ["F2", "F8", "F9"],
  title:
    "PostgreSQL and both Redis are stopped, and then killed, at full load; an edge is killed and started again meanwhile",
  needs: ["redis"],
  planted: {
    "ttl-forgets": {
      what: "an SDK forgets what it heard once it was not confirmed for a second",
      breaks: [BY_SDK],
    },
    "edge-keeps-nothing": { what: "an edge keeps nothing on disk", breaks: [BY_RESTARTED] },
  },
  run,
};

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log, folder, closing } = options;
  const lastsMs = short ? 3_000 : 120_000;
  const { postgres, bus, queue, burgee, tenant } = await openHouse(closing, {
    redis: true,
    tenants: 1,
    toggles: KEYS,
  });
  if (!bus || !queue) throw new Error("There is no Redis.");
  const { serverKey } = tenant;
  const trpc = openTrpc(burgee.url, tenant.personalKey);
  const change = (toggle: string, enabled: boolean, expectedVersion: number) =>
    trpc.settings.setEnabled.mutate({ toggle, enabled, expectedVersion });
  for (const key of KEYS.slice(0, 10)) await change(key, false, 1);
  const expected = Object.fromEntries(KEYS.map((key, index) => [key, index >= 10]));

  const store = (name: string) =>
    planted.has("edge-keeps-nothing")
      ? { BURGEE_EDGE_STORE: "off" }
      : { BURGEE_EDGE_STORE: join(folder, name, "store") };
  const openEdge = async (name: string, port: number) => {
    mkdirSync(join(folder, name), { recursive: true });
    const edgeEnv = { REDIS_URL: bus.url, BURGEE_PORT: String(port), ...store(name) };
    const edge = await startEdge(postgres.url, join(folder, name), edgeEnv, BUILT);
    closing.adopt(edge.process, (running) => running.kill("SIGKILL").then(() => undefined));
    return edge;
  };
  const ports = { first: await freePort(), second: await freePort() };
  let first = await openEdge("first", ports.first);
  const second = await openEdge("second", ports.second);
  const sdk = createServerClient({ baseUrl: first.baseUrl, sdkKey: serverKey, logger: false, usage: false });
  closing.defer(() => sdk.close());
  await sdk.ready();
  for (const url of [first.baseUrl, second.baseUrl, burgee.url]) {
    const asks = [askAll([url], serverKey, expected), askOne(url, serverKey, expected)];
    await eventually(async () => expectNothing(await Promise.all(asks.map((ask) => ask()))), {
      timeoutMs: 20_000,
    });
  }
  await eventually(() => KEYS.every((key) => sdk.value(key, false) === expected[key]), { timeoutMs: 20_000 });
  if (!planted.has("edge-keeps-nothing")) {
    await eventually(() => keptIn(join(folder, "first")).ruleset && keptIn(join(folder, "first")).keys > 0);
  }
  const stopping = new AbortController();
  closing.defer(() => stopping.abort());
  const client = planted.has("ttl-forgets")
    ? forgetful(sdk, { ttlMs: 1_000, nodeUrl: second.baseUrl, signal: stopping.signal })
    : sdk;

  const readings = { sdk: newReading(), edges: newReading(), rest: newReading(), restarted: newReading() };
  const refusals: number[] = [];
  const backMs: number[] = [];
  let accepted = 0;
  let bootMs: number[] = [];
  let version = 1;
  for (const how of ["SIGSTOP", "SIGKILL"] as const) {
    const ending = new AbortController();
    const outage = new AbortController();
    const { signal } = ending;
    const loads = [
      keepEvaluating(readings.sdk, { client, expected, signal }),
      keepReading(readings.edges, {
        ask: askAll([first.baseUrl, second.baseUrl], serverKey, expected),
        connections: CONNECTIONS,
        signal,
      }),
      keepReading(readings.rest, {
        ask: askOne(burgee.url, serverKey, expected),
        connections: CONNECTIONS,
        signal,
      }),
    ];
    for (const part of [bus, queue, postgres]) part.fail(how);
    const changing = (async () => {
      while (!outage.signal.aborted) {
        const askedMs = performance.now();
        const isDone = await change("toggle-19", true, version).then(
          () => true,
          () => false,
        );
        if (outage.signal.aborted) return;
        if (isDone) accepted += 1;
        else refusals.push(performance.now() - askedMs);
        await pause(50);
      }
    })();

    await pause(lastsMs / 3);
    await first.process.kill("SIGKILL");
    const killedMs = performance.now();
    first = await openEdge("first", ports.first);
    bootMs = [...bootMs, performance.now() - killedMs];
    loads.push(
      keepReading(readings.restarted, {
        ask: askAll([first.baseUrl], serverKey, expected),
        connections: 1,
        signal,
      }),
    );
    await pause((lastsMs * 2) / 3);
    log(
      `by ${how}: ${count(readings.sdk.answered)} evaluations by the SDK, ${count(readings.edges.answered)} by the edges, ${count(readings.rest.answered)} by REST`,
    );

    outage.abort();
    for (const part of [bus, queue, postgres]) await part.recover(how);
    const recoveredMs = performance.now();
    await changing;
    const { revision } = await eventually(
      async () => {
        const { settings } = await trpc.toggles.get.query({ key: "toggle-19" });
        version = settings.find(({ environment }) => environment === "production")?.version ?? version;
        return change("toggle-19", true, version);
      },
      { timeoutMs: 30_000, intervalMs: 100 },
    );
    version += 1;
    await eventually(() => sdk.revision !== undefined && sdk.revision >= revision, { timeoutMs: 60_000 });
    backMs.push(performance.now() - recoveredMs);
    ending.abort();
    await Promise.all(loads);
  }
  return {
    verdicts: verdictsOf(readings, { accepted, refusals, backMs }),
    figures: [
      {
        name: "until a change was refused meanwhile",
        value: `p50 ${count(quantile(refusals, 0.5))} ms, p99 ${count(quantile(refusals, 0.99))} ms, n = ${refusals.length}`,
      },
      {
        name: "from the start of an edge until it listens, with everything down",
        value: bootMs.map((ms) => `${count(ms)} ms`).join(", "),
      },
    ],
  };
}

function verdictsOf(
  readings: Record<"sdk" | "edges" | "rest" | "restarted", ReturnType<typeof newReading>>,
  seen: {
    readonly accepted: number;
    readonly refusals: readonly number[];
    readonly backMs: readonly number[];
  },
): readonly Verdict[] {
  const { accepted, refusals, backMs } = seen;
  return [
    nothingFailed(BY_SDK, readings.sdk),
    nothingFailed(BY_EDGE, readings.edges),
    nothingFailed(BY_RESTARTED, readings.restarted),
    nothingFailed(BY_REST, readings.rest),
    never("changes that were acknowledged without a database", accepted, {
      n: refusals.length + accepted,
      what: "changes",
    }),
    atMost("until a change is refused", Math.max(...refusals), REFUSED_WITHIN_MS, "ms"),
    atMost(
      "from the recovery until a change is made and the SDK has it",
      Math.max(...backMs),
      BACK_WITHIN_MS,
      "ms",
    ),
  ];
}

function expectNothing(wrong: readonly (string | undefined)[]): void {
  const found = wrong.find((each) => each !== undefined);
  if (found !== undefined) throw new Error(found);
}
