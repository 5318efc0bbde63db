/** A node is killed, and all SDKs that streamed from it come back at once: with everything else up, and with PostgreSQL down as well. */
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import {
  type EdgeInstallation,
  lookAtStreams,
  openStreams,
  type StreamsSeen,
  startInstallation,
} from "../streams/edge-installation.ts";
import { machineMs } from "../streams/fork-program.ts";
import { residentBytes } from "../streams/resident-memory.ts";
import { Sdks } from "../streams/sdks.ts";
import { all, atMost, count, never, quantile } from "../verdicts.ts";

const RATE = "streams that the node let begin beyond its limit";
const ALL_BACK_MS = 60_000;
const PATIENCE_MS = 180_000;
/** Of a second's streams, as many may begin at once after a pause. */
const AT_ONCE = 0.1;
const LOOK_EVERY_MS = 200;
const MOST_MEMORY_MIB = 1_024;
const MIB = 1024 * 1024;

export const reconnectStorm: FaultRow = {
  name: "reconnect-storm",
  faults: ["F18", "F19"],
  title:
    "a node is killed (kill -9) and started again, with PostgreSQL up and with it down; all of its SDKs come back",
  planted: {
    "no-limiter": {
      what: "a node lets as many streams begin as ask, which all come back in the same moment",
      breaks: [RATE],
    },
  },
  run,
};

/** What came back after a kill, in milliseconds from it. */
interface Return {
  readonly backMs: readonly number[];
  /** When the last stream was there again. */
  readonly streamsMs: number;
  /** How many streams more began than the limit allows, between any two looks at the node. */
  readonly excess: number;
  /** When half of the streams, and nine in ten, were there again. */
  readonly halfMs: number;
  readonly mostMs: number;
  readonly memoryMib: number;
}

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log, closing } = options;
  const [sdks, rate] = short ? [160, 40] : [10_000, 500];
  const accepts = planted.has("no-limiter") ? 100_000 : rate;
  const burgee = await startInstallation(options, { env: { BURGEE_STREAM_ACCEPTS: String(accepts) } });
  const fleet = closing.use(
    new Sdks({ processes: short ? 1 : 2, planted: planted.has("no-limiter") ? ["no-jitter"] : [] }),
  );
  const { baseUrl } = burgee.edge();
  await fleet.open(baseUrl, burgee.tenant.serverKey, { count: sdks, perSecond: rate * 0.9 });
  await eventually(async () => (await openStreams(burgee.edge())) === sdks, { timeoutMs: PATIENCE_MS });
  log(`${count(sdks)} SDKs stream`);

  const up = await killWithPostgresUp(burgee, fleet, { sdks, rate });
  log(`with PostgreSQL up, the last SDK was at the head after ${seconds(Math.max(...up.backMs))}`);
  const down = await killWithPostgresDown(burgee, fleet, { sdks, rate });
  log(`with PostgreSQL down, the last stream was back after ${seconds(down.streamsMs)}`);
  const after = await burgee.change();
  await eventually(async () => (await fleet.state()).lowest >= after.revision, { timeoutMs: PATIENCE_MS });

  const { evaluated, failed } = await fleet.state();
  return {
    verdicts: [
      all("SDKs at the head again, PostgreSQL up", up.backMs.length, { n: sdks, what: "SDKs" }),
      atMost("from the kill to the last of them", Math.max(...up.backMs), ALL_BACK_MS, "ms"),
      all("SDKs that are answered again, PostgreSQL down", down.backMs.length, { n: sdks, what: "SDKs" }),
      atMost("from that kill to the last of them", Math.max(...down.backMs), ALL_BACK_MS, "ms"),
      atMost(RATE, Math.max(up.excess, down.excess), 0, "streams"),
      atMost("memory of the node", Math.max(up.memoryMib, down.memoryMib), MOST_MEMORY_MIB, "MiB"),
      never("evaluations that failed", failed, { n: evaluated, what: "evaluations" }),
    ],
    figures: [
      {
        name: "at the head again, PostgreSQL up",
        value: `p50 ${seconds(quantile(up.backMs, 0.5))}, p95 ${seconds(quantile(up.backMs, 0.95))}, last ${seconds(Math.max(...up.backMs))} after the kill, n = ${count(sdks)} SDKs; ${streamsIn(up)}`,
      },
      {
        name: "answered again by a stream or a poll, PostgreSQL down",
        value: `p50 ${seconds(quantile(down.backMs, 0.5))}, p95 ${seconds(quantile(down.backMs, 0.95))}, last ${seconds(Math.max(...down.backMs))} after the kill; ${streamsIn(down)}`,
      },
      { name: "limit of the node", value: `${rate} streams a second` },
    ],
  };
}

interface Size {
  readonly sdks: number;
  /** Streams that the node lets begin in a second. */
  readonly rate: number;
}

async function killWithPostgresUp(burgee: EdgeInstallation, fleet: Sdks, size: Size): Promise<Return> {
  const killedMs = await burgee.kill();
  const { revision } = await burgee.change();
  await burgee.startAgain();
  const streams = streamsBack(burgee, { ...size, killedMs });
  await eventually(async () => (await fleet.state()).lowest >= revision, {
    timeoutMs: PATIENCE_MS,
    intervalMs: 200,
  }).catch(() => undefined);
  const backMs = (await fleet.heard(revision)).map((at) => at - killedMs);
  return { ...(await streams), backMs };
}

/** The node starts from what it has on disk. */
async function killWithPostgresDown(burgee: EdgeInstallation, fleet: Sdks, size: Size): Promise<Return> {
  burgee.postgres.fail("SIGKILL");
  const killedMs = await burgee.kill();
  await burgee.startAgain();
  const back = await streamsBack(burgee, { ...size, killedMs });
  const backMs = (await fleet.firstServedSince(killedMs)).map((at) => at - killedMs);
  await burgee.postgres.recover("SIGKILL");
  return { ...back, backMs };
}

async function streamsBack(
  burgee: EdgeInstallation,
  { sdks, rate, killedMs }: Size & { readonly killedMs: number },
): Promise<Omit<Return, "backMs">> {
  const looks: (StreamsSeen & { readonly atMs: number })[] = [];
  const look = async () => {
    const seen = await lookAtStreams(burgee.edge());
    looks.push({ ...seen, atMs: machineMs() - killedMs });
    return seen.open >= sdks;
  };
  await eventually(look, { timeoutMs: PATIENCE_MS, intervalMs: LOOK_EVERY_MS }).catch(() => undefined);
  const back = (share: number) =>
    looks.find(({ open }) => open >= share * sdks)?.atMs ?? Number.POSITIVE_INFINITY;
  return {
    halfMs: back(0.5),
    mostMs: back(0.9),
    streamsMs: back(1),
    excess: Math.max(...looks.map((look, index) => excessSince(look, looks.slice(index + 1), rate))),
    memoryMib: residentBytes(burgee.edge().process.pid) / MIB,
  };
}

/** Nothing where no later look finds more than the limit allows by then, however long the looks themselves took. */
function excessSince(from: StreamsSeen, later: readonly StreamsSeen[], rate: number): number {
  const allowed = (to: StreamsSeen) => rate * ((to.toldMs - from.askedMs) / 1_000 + AT_ONCE);
  return Math.max(0, ...later.map((to) => Math.floor(to.begun - from.begun - allowed(to))));
}

function streamsIn({ halfMs, mostMs, streamsMs }: Return): string {
  return `streams: half after ${seconds(halfMs)}, nine in ten after ${seconds(mostMs)}, the last after ${seconds(streamsMs)}`;
}

function seconds(ms: number): string {
  return `${count(ms / 1_000)} s`;
}
