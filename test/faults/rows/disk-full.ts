/** The disks are full: the database's, and that of an edge's store, of its log, and of an SDK's store. Evaluations go on, and no change is lost. */
import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createServerClient } from "@burgee/sdk";
import { fileStore, type RulesetStore } from "@burgee/sdk/file-store";
import { freePort } from "../../../launcher/free-port.mjs";
import { eventually } from "../../support/eventually.ts";
import { checkout } from "../../support/private-folder.ts";
import { filesIn, UNBOUNDED } from "../../support/start-edge.ts";
import { type ChangeEvent, startWriters } from "../changes.ts";
import { checkChanges } from "../check-changes.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openHouse } from "../open-house.ts";
import { askAll, askOne, keepEvaluating, keepReading, newReading, nothingFailed } from "../reading.ts";
import { mountSmallDisk } from "../small-disk.ts";
import { recordStored, type StoredEvent } from "../stored-changes.ts";
import { all, atLeast, count } from "../verdicts.ts";

const STEADY = "steady";
const WRITTEN = Array.from({ length: 8 }, (_, index) => `toggle-${index}`);
const BY_SDK = "evaluations by an SDK whose store is full that failed";
const BY_EDGE = "evaluations by an edge whose store and log are full that failed";
const DATABASE_MB = 320;
const STORE_MB = 2;
const PATIENCE = { timeoutMs: 60_000, intervalMs: 100 };
const BY_ITSELF = { timeoutMs: 10_000, intervalMs: 100 };

export const diskFull: FaultRow = {
  name: "disk-full",
  faults: ["F28"],
  title:
    "the disk of the database, of an edge's store and log, and of an SDK's store are full, and then not any more",
  needs: ["root"],
  planted: {
    "writes-before-it-answers": { what: "an SDK stores what it holds before it evaluates", breaks: [BY_SDK] },
  },
  run,
};

async function run({ short, seed, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { rounds, lastsMs } = short ? { rounds: 1, lastsMs: 3_000 } : { rounds: 5, lastsMs: 30_000 };
  const databaseDisk = mountSmallDisk(closing, DATABASE_MB);
  const storeDisk = mountSmallDisk(closing, STORE_MB);
  const wanted = { tenants: 1, toggles: [STEADY, ...WRITTEN], databaseFolder: databaseDisk.path };
  const { postgres, burgee, tenants, tenant } = await openHouse(closing, wanted);
  storeDisk.fill();
  const edgeUrl = await openEdge(closing, postgres.url, storeDisk.path);
  const store = fileStore(join(storeDisk.path, "sdk"));
  const options = { baseUrl: edgeUrl, sdkKey: tenant.serverKey, logger: false, usage: false } as const;
  const sdk = createServerClient({ ...options, store });
  closing.defer(() => sdk.close());
  const client = planted.has("writes-before-it-answers") ? writingFirst(sdk, store) : sdk;
  const expected = { [STEADY]: true };
  await eventually(() => sdk.value(STEADY, false), PATIENCE);
  const asks = [askAll([edgeUrl], tenant.serverKey, expected), askOne(edgeUrl, tenant.serverKey, expected)];
  await eventually(async () => (await asks[0]?.()) === undefined, PATIENCE);

  const ending = new AbortController();
  closing.defer(() => ending.abort());
  const { signal } = ending;
  const readings = { sdk: newReading(), edge: newReading() };
  const loads = [
    keepEvaluating(readings.sdk, { client, expected, signal }),
    ...asks.map((ask) => keepReading(readings.edge, { ask, connections: 2, signal })),
  ];
  const writers = startWriters({ url: burgee.url, tenants, toggles: WRITTEN, history, seed, signal });
  let byItself = 0;
  for (let round = 1; round <= rounds; round++) {
    await pause(lastsMs / 3);
    databaseDisk.fill();
    const filledAt = writers.acknowledged();
    await pause(lastsMs);
    const meanwhile = writers.acknowledged() - filledAt;
    databaseDisk.empty();
    const before = writers.acknowledged();
    const goesOn = () => writers.acknowledged() > before;
    const isBack = await eventually(goesOn, BY_ITSELF).catch(() => false);
    if (isBack) byItself += 1;
    else {
      // It gave up where it could not write its log; whoever looks after it starts it again.
      postgres.fail("SIGKILL");
      await postgres.recover("SIGKILL");
      await eventually(goesOn, PATIENCE);
    }
    log(
      `full ${round} of ${rounds} times: ${count(meanwhile)} changes acknowledged meanwhile, ${count(writers.acknowledged())} in all`,
    );
  }
  storeDisk.empty();
  await eventually(() => filesIn(storeDisk.path).some((file) => file.endsWith("ruleset")), PATIENCE).catch(
    () => undefined,
  );
  ending.abort();
  await Promise.all([...loads, writers.done]);
  const kept = [
    filesIn(join(storeDisk.path, "edge")).some((file) => file.endsWith("ruleset")),
    filesIn(join(storeDisk.path, "sdk")).length > 0,
  ];
  await recordStored(history, postgres.url);
  const { verdicts, counts } = checkChanges(history.read<ChangeEvent | StoredEvent>());
  return {
    verdicts: [
      nothingFailed(BY_SDK, readings.sdk),
      nothingFailed(BY_EDGE, readings.edge),
      atLeast("changes that were not acknowledged", counts.unknown, rounds, "changes"),
      ...verdicts,
      all("stores that keep a ruleset once there is room again", kept.filter(Boolean).length, {
        n: kept.length,
        what: "stores",
      }),
    ],
    figures: [
      {
        name: "changes",
        value: `${count(counts.acknowledged)} acknowledged, ${count(counts.unknown)} unknown`,
      },
      { name: "PostgreSQL went on by itself once there was room", value: `${byItself} of ${rounds} times` },
    ],
  };
}

/** An edge that keeps what it serves, and writes its log, on a disk without room. */
async function openEdge(closing: AsyncDisposableStack, databaseUrl: string, disk: string): Promise<string> {
  const port = String(await freePort());
  const logFile = openSync(join(disk, "edge.log"), "a");
  const { PATH = "" } = process.env;
  const edge = spawn(
    join(checkout, "node_modules", ".bin", "node"),
    [join(checkout, "apps/api/dist/main.js")],
    {
      cwd: checkout,
      stdio: ["ignore", logFile, logFile, "ipc"],
      env: {
        ...{ PATH, ...UNBOUNDED, BURGEE_PARENT: "1", DATABASE_URL: databaseUrl, BURGEE_LOG_LEVEL: "trace" },
        ...{ BURGEE_ROLE: "edge", BURGEE_PORT: port, BURGEE_EDGE_STORE: join(disk, "edge") },
      },
    },
  );
  const exited = new Promise((resolve) => edge.once("exit", resolve));
  closing.defer(async () => {
    edge.kill("SIGKILL");
    await exited;
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/livez`)).status === 200, PATIENCE);
  return url;
}

/** With the mistake that a store is a part of evaluating. */
function writingFirst(client: ReturnType<typeof createServerClient>, store: RulesetStore) {
  let isStored = true;
  void store.save("before-it-answers", Buffer.alloc(4 * 1024 * 1024)).catch(() => {
    isStored = false;
  });
  return {
    value: (key: string, fallback: boolean, context?: object) =>
      isStored ? client.value(key, fallback, { ...context }) : fallback,
  };
}
