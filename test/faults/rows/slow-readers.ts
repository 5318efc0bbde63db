/** Some streams take nothing of what they are sent, while many others do. */
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { BareBroadcaster } from "../streams/bare-broadcaster.ts";
import { LARGE_BYTES, openStreams, startInstallation } from "../streams/edge-installation.ts";
import { Listeners } from "../streams/listeners.ts";
import { residentBytes } from "../streams/resident-memory.ts";
import { all, atMost, count, quantile } from "../verdicts.ts";

const GROWTH = "memory of the node while some take nothing";
const DELAY = "delay of the others, p99, beside that without them";
const CUT = "streams that take nothing and are cut";
const MOST_GROWTH_MIB = 64;
const CUT_WITHIN_MS = 13_000;
/** Some 4 MB are taken by the kernel for a stream that nobody reads. */
const LARGE_CHANGES = 40;
const CHANGE_BYTES = 500;
const OPEN_PER_SECOND = 450;
const MIB = 1024 * 1024;

export const slowReaders: FaultRow = {
  name: "slow-readers",
  faults: ["F16"],
  title: "some streams take nothing of what they are sent, while many others do",
  planted: {
    "queue-for-each": {
      what: "each stream has a queue of all that it has not taken, and none is cut",
      breaks: [GROWTH, CUT],
    },
  },
  run,
};

interface Server {
  readonly pid: number;
  readonly port: number;
  readonly key: string;
  readonly change: () => Promise<{ readonly changedMs: number }>;
  readonly changeLarge: () => Promise<{ readonly changedMs: number }>;
  /** How many streams it holds, as far as it says. */
  readonly open: () => Promise<number>;
}

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log, closing } = options;
  const [lively, slow, phases, measured] = short ? [100, 40, 1, 20] : [1_000, 100, 4, 50];
  const server = planted.has("queue-for-each") ? await naive(options) : await burgee(options);
  const listeners = closing.use(new Listeners());
  await listeners.open(server.port, server.key, { count: lively, perSecond: OPEN_PER_SECOND });
  let { lowest: revision } = await listeners.state();
  const change = async (times: number, how: () => Promise<{ readonly changedMs: number }>) => {
    const p99: number[] = [];
    for (let time = 0; time < times; time++) {
      revision += 1;
      const { delaysMs } = await listeners.arrivals(revision, async () => (await how()).changedMs);
      p99.push(quantile(delaysMs, 0.99));
    }
    return p99;
  };

  await change(5, server.change);
  const [without, beside]: number[][] = [[], []];
  const growth: number[] = [];
  let cut = 0;
  for (let phase = 1; phase <= phases; phase++) {
    without?.push(...(await change(measured, server.change)));
    const before = residentBytes(server.pid);
    const stuck = new Listeners();
    await stuck.open(server.port, server.key, { count: slow, slow, perSecond: OPEN_PER_SECOND });
    await change(LARGE_CHANGES, server.changeLarge);
    beside?.push(...(await change(measured, server.change)));
    growth.push(residentBytes(server.pid) - before);
    await eventually(async () => (await server.open()) <= lively, { timeoutMs: CUT_WITHIN_MS }).catch(
      () => undefined,
    );
    cut += await stuck.resume();
    await stuck[Symbol.asyncDispose]();
    log(`${phase} of ${phases}: grew by ${count((growth.at(-1) ?? 0) / MIB)} MiB, ${cut} were cut`);
  }

  const ratio = quantile(beside ?? [], 0.5) / quantile(without ?? [], 0.5);
  return {
    verdicts: [
      atMost(GROWTH, Math.max(...growth) / MIB, MOST_GROWTH_MIB, "MiB"),
      // Twenty changes on a machine that does other things say no more than that nothing is held up.
      atMost(DELAY, ratio, short ? 4 : 1.1, "times"),
      all(CUT, cut, { n: slow * phases, what: "streams" }),
    ],
    figures: [
      {
        name: "delay of the others, p99",
        value: `${count(quantile(beside ?? [], 0.5))} ms with and ${count(quantile(without ?? [], 0.5))} ms without ${slow} that take nothing, n = ${count(lively)} streams, ${measured * phases} changes`,
      },
    ],
  };
}

async function burgee(options: RunOptions): Promise<Server> {
  const { edge, port, tenant, change, changeLarge } = await startInstallation(options, {
    env: { BURGEE_STREAM_ACCEPTS: "100000" },
  });
  return {
    pid: edge().process.pid,
    port,
    key: tenant.serverKey,
    change,
    changeLarge,
    open: () => openStreams(edge()),
  };
}

async function naive({ closing }: RunOptions): Promise<Server> {
  const broadcaster = closing.use(new BareBroadcaster({ naive: 2 }));
  await broadcaster.start();
  const { pid, port } = broadcaster;
  return {
    pid,
    port,
    key: "none",
    change: () => broadcaster.change(CHANGE_BYTES),
    changeLarge: () => broadcaster.change(LARGE_BYTES),
    open: async () => 0,
  };
}
