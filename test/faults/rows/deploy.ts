/** A node is replaced in order, with many SDKs on it. */
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { openStreams, startInstallation } from "../streams/edge-installation.ts";
import { machineMs } from "../streams/fork-program.ts";
import { mostWithin, Sdks } from "../streams/sdks.ts";
import { all, atMost, count, never } from "../verdicts.ts";

const PEAK = "first attempts to come back where they come thickest, beside the mean";
const MOST_PEAK = 2;
const PATIENCE_MS = 180_000;

export const deploy: FaultRow = {
  name: "deploy",
  faults: ["F20"],
  title: "a node is told to stop (SIGTERM) and replaced, with many SDKs on it",
  planted: {
    "no-spread": { what: "SDKs come back at once, whatever the goodbye says", breaks: [PEAK] },
  },
  run,
};

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log, history, closing } = options;
  // A second holds a handful of few, whose number is mostly chance.
  const [sdks, rate, windowMs] = short ? [150, 40, 3_000] : [10_000, 500, 1_000];
  const burgee = await startInstallation(options, { env: { BURGEE_STREAM_ACCEPTS: String(rate) } });
  const fleet = closing.use(
    new Sdks({ processes: short ? 1 : 2, planted: planted.has("no-spread") ? ["no-goodbye"] : [] }),
  );
  await fleet.open(burgee.edge().baseUrl, burgee.tenant.serverKey, { count: sdks, perSecond: rate * 0.9 });
  await eventually(async () => (await openStreams(burgee.edge())) === sdks, { timeoutMs: PATIENCE_MS });
  log(`${count(sdks)} SDKs stream`);

  const stopMs = machineMs();
  const ending = burgee.stop();
  await burgee.startAgain();
  const { code } = await ending;
  const { revision } = await burgee.change();
  await eventually(async () => (await fleet.state()).lowest >= revision, {
    timeoutMs: PATIENCE_MS,
    intervalMs: 200,
  });
  await eventually(async () => (await openStreams(burgee.edge())) >= sdks, {
    timeoutMs: PATIENCE_MS,
    intervalMs: 200,
  });
  const backMs = machineMs() - stopMs;

  // Each SDK's first attempt is where the goodbye sent it; what comes after it, where the new node was not there yet, is backoff.
  const first = (await fleet.firstAskedSince(stopMs)).map((at) => at - stopMs);
  for (const afterMs of first) history.record({ type: "came-back", afterMs });
  const spreadMs = Math.min(30_000, (sdks / (rate / 2)) * 1_000) * 1.2;
  const mean = (first.length / spreadMs) * windowMs;
  const { evaluated, failed } = await fleet.state();
  return {
    verdicts: [
      atMost(PEAK, mostWithin(first, windowMs) / mean, MOST_PEAK, "times"),
      all("SDKs that came back", first.length, { n: sdks, what: "SDKs" }),
      never("evaluations that failed", failed, { n: evaluated, what: "evaluations" }),
      all("the node that was stopped ended in order", code === 0 ? 1 : 0, { n: 1, what: "nodes" }),
    ],
    figures: [
      {
        name: "from the signal to the last stream at the new node",
        value: `${count(backMs / 1_000)} s, n = ${count(sdks)} SDKs, spread over ${count(spreadMs / 1_000)} s`,
      },
    ],
  };
}
