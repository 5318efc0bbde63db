/** PostgreSQL is killed, again and again, while many write: what was acknowledged is there, and nothing is out of order. */
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { createServerClient } from "@burgee/sdk";
import { eventually } from "../../support/eventually.ts";
import { type ChangeEvent, startWriters } from "../changes.ts";
import { checkChanges, LOST } from "../check-changes.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { followOutbox, MISSED } from "../follow-outbox.ts";
import { openHouse } from "../open-house.ts";
import { randomFrom } from "../random.ts";
import { recordStored, type StoredEvent } from "../stored-changes.ts";
import { all, atLeast, atMost, count, never, quantile } from "../verdicts.ts";

const TENANTS = 4;
const WRITERS_OF_EACH = 8;
/** So that each kill meets writers at work, and at no moment of its choosing. */
const CHANGES_BETWEEN_KILLS = 20;
const BETWEEN_KILLS_MS = 1_000;
const UNAVAILABLE_MS = 30_000;
const REVISIONS_BACK = "revisions that went back in an SDK";

export const postgresKilled: FaultRow = {
  name: "postgres-killed",
  faults: ["F1"],
  title: "PostgreSQL is killed (kill -9) under 32 writers, and started again",
  planted: {
    "commits-in-memory": {
      what: "PostgreSQL answers a commit before it is written",
      breaks: [LOST],
    },
    "naive-cursor": {
      what: "a follower of the outbox asks for what is later than the last that it saw",
      breaks: [MISSED],
    },
  },
  run,
};

async function run({ short, seed, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const cycles = short ? 3 : 20;
  const toggles = Array.from({ length: WRITERS_OF_EACH }, (_, index) => `toggle-${index}`);
  const durable = !planted.has("commits-in-memory");
  const { postgres, burgee, tenants } = await openHouse(closing, { tenants: TENANTS, toggles, durable });

  const clients = tenants.map(({ serverKey }) => {
    const client = createServerClient({
      baseUrl: burgee.url,
      sdkKey: serverKey,
      logger: false,
      usage: false,
    });
    closing.defer(() => client.close());
    const revisions: number[] = [];
    client.on("change", ({ revision }) => revisions.push(revision));
    return { client, revisions };
  });
  const stopping = new AbortController();
  closing.defer(() => stopping.abort());
  const { signal } = stopping;
  const writers = startWriters({ url: burgee.url, tenants, toggles, history, seed, signal });
  const follower = followOutbox(postgres.url, {
    naive: planted.has("naive-cursor"),
    signal: stopping.signal,
  });

  const random = randomFrom(seed);
  const unavailableMs: number[] = [];
  for (let cycle = 1; cycle <= cycles; cycle++) {
    const since = writers.acknowledged();
    await eventually(() => writers.acknowledged() >= since + CHANGES_BETWEEN_KILLS, { timeoutMs: 60_000 });
    await pause(BETWEEN_KILLS_MS * random.next());
    postgres.fail("SIGKILL");
    const killedMs = performance.now();
    const before = writers.acknowledged();
    await postgres.recover("SIGKILL");
    await eventually(() => writers.acknowledged() > before, { timeoutMs: 60_000 });
    unavailableMs.push(performance.now() - killedMs);
    log(`killed ${cycle} of ${cycles} times, ${count(writers.acknowledged())} changes acknowledged`);
  }
  await pause(BETWEEN_KILLS_MS);
  stopping.abort();
  await writers.done;
  const missed = await follower;
  await recordStored(history, postgres.url);

  const events = history.read<ChangeEvent | StoredEvent>();
  const heads = events.filter((event) => event.type === "head");
  const headOf = (tenantId: string) => heads.find((head) => head.tenantId === tenantId)?.revision;
  const isAtHead = (index: number) =>
    clients[index]?.client.revision === headOf(tenants[index]?.tenantId ?? "");
  await eventually(() => clients.every((_, index) => isAtHead(index)), { timeoutMs: 30_000 }).catch(
    () => undefined,
  );

  const { verdicts, counts } = checkChanges(events);
  const applied = clients.flatMap(({ revisions }) => revisions);
  const back = clients.flatMap(({ revisions }) =>
    revisions.filter((revision, index) => revision <= (revisions[index - 1] ?? 0)),
  );
  return {
    verdicts: [
      atLeast("changes acknowledged", counts.acknowledged, cycles * CHANGES_BETWEEN_KILLS, "changes"),
      ...verdicts,
      missed,
      never(REVISIONS_BACK, back.length, { n: applied.length, what: "updates" }),
      all("SDKs at the last revision at the end", clients.filter((_, index) => isAtHead(index)).length, {
        n: clients.length,
        what: "SDKs",
      }),
      atMost("from a kill to the next acknowledgement", Math.max(...unavailableMs), UNAVAILABLE_MS, "ms"),
    ],
    figures: [
      {
        name: "changes",
        value: `${count(counts.acknowledged)} acknowledged, ${count(counts.refused)} refused, ${count(counts.unknown)} unknown (of them ${count(counts.unknownAndThere)} there)`,
      },
      {
        name: "from a kill to the next acknowledgement",
        value: `p50 ${count(quantile(unavailableMs, 0.5))} ms, p99 ${count(quantile(unavailableMs, 0.99))} ms, n = ${cycles}`,
      },
    ],
  };
}
