/** One change goes to every stream of a node, beside the least that could bring it there. */
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { BareBroadcaster } from "../streams/bare-broadcaster.ts";
import { startInstallation } from "../streams/edge-installation.ts";
import { Listeners } from "../streams/listeners.ts";
import { residentBytes } from "../streams/resident-memory.ts";
import { atMost, count, quantile } from "../verdicts.ts";

const MOST_RATIO = 2;
const SPREAD = "from the first stream that has a change to the last, beside bare node:http";
/** About what the patch of one flipped toggle takes. */
const CHANGE_BYTES = 500;
const OPEN_PER_SECOND = 450;

export const fanOut: FaultRow = {
  name: "fan-out",
  faults: [],
  title: "one change goes to all streams of a node",
  planted: {
    "event-for-each": {
      what: "the event is made for each stream anew, in a turn of its own",
      breaks: [SPREAD],
    },
  },
  run,
};

/** A server whose streams are measured. */
interface Server {
  readonly pid: number;
  readonly port: number;
  readonly key: string;
  readonly change: () => Promise<{ readonly changedMs: number }>;
}

interface Side {
  readonly server: Server;
  readonly listeners: Listeners;
  readonly bytesOfEach: number;
  revision: number;
  /** Of each round, in milliseconds: from the change, and from the first that had it. */
  readonly rounds: { readonly fromChange: readonly number[]; readonly fromFirst: readonly number[] }[];
}

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log } = options;
  const streams = short ? 400 : 10_000;
  const rounds = short ? 5 : 20;
  const ours = planted.has("event-for-each") ? await bare(options, 300) : await burgee(options);
  const sides = [
    await fill(ours, streams, options),
    await fill(await bare(options, 0), streams, options),
  ] as const;
  for (let round = 1; round <= rounds; round++) {
    for (const side of sides) await changeOnce(side);
    log(`change ${round} of ${rounds}`);
  }

  const [subject, beside] = sides;
  const ratio = (of: "fromChange" | "fromFirst", share: number) =>
    medianOf(subject, of, share) / medianOf(beside, of, share);
  return {
    verdicts: [
      // A few streams on a machine that does other things take about as long as a turn that it gives to others.
      atMost(SPREAD, ratio("fromFirst", 1), short ? 2 * MOST_RATIO : MOST_RATIO, "times"),
      ...(short
        ? []
        : [
            atMost(
              "from a change to the last stream, beside bare node:http",
              ratio("fromChange", 1),
              MOST_RATIO,
              "times",
            ),
          ]),
    ],
    figures: [
      ...[0.5, 0.99, 1].map((share) => ({
        name: share === 1 ? "from a change to the last stream" : `from a change to a stream, p${share * 100}`,
        value: `${count(ratio("fromChange", share))} times bare node:http (${count(medianOf(subject, "fromChange", share))} and ${count(medianOf(beside, "fromChange", share))} ms), n = ${count(streams)} streams, ${rounds} changes`,
      })),
      {
        name: "memory of a stream",
        value: `${count(subject.bytesOfEach / 1024)} KiB, ${count(subject.bytesOfEach / beside.bytesOfEach)} times bare node:http`,
      },
    ],
  };
}

async function burgee(options: RunOptions): Promise<Server> {
  const { edge, port, tenant, change } = await startInstallation(options, {
    env: { BURGEE_STREAM_ACCEPTS: "100000" },
  });
  return { pid: edge().process.pid, port, key: tenant.serverKey, change };
}

async function bare({ closing }: RunOptions, naive: number): Promise<Server> {
  const broadcaster = closing.use(new BareBroadcaster({ naive }));
  await broadcaster.start();
  const { pid, port } = broadcaster;
  return { pid, port, key: "none", change: () => broadcaster.change(CHANGE_BYTES) };
}

async function fill(server: Server, streams: number, { closing, log }: RunOptions): Promise<Side> {
  const before = residentBytes(server.pid);
  const listeners = closing.use(new Listeners());
  await listeners.open(server.port, server.key, { count: streams, perSecond: OPEN_PER_SECOND });
  const bytesOfEach = (residentBytes(server.pid) - before) / streams;
  log(`${count(streams)} streams are open, ${count(bytesOfEach / 1024)} KiB each`);
  const { lowest } = await listeners.state();
  return { server, listeners, bytesOfEach, revision: lowest, rounds: [] };
}

async function changeOnce(side: Side): Promise<void> {
  side.revision += 1;
  const { delaysMs } = await side.listeners.arrivals(
    side.revision,
    async () => (await side.server.change()).changedMs,
  );
  const firstMs = Math.min(...delaysMs);
  side.rounds.push({ fromChange: delaysMs, fromFirst: delaysMs.map((ms) => ms - firstMs) });
}

/** Over the rounds, the median of a quantile over the streams; 1 is the last stream. */
function medianOf({ rounds }: Side, of: "fromChange" | "fromFirst", share: number): number {
  return quantile(
    rounds.map((round) => quantile(round[of], share)),
    0.5,
  );
}
