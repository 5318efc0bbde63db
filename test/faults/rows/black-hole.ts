/** The lines of many SDKs swallow all that goes over them, and end for nobody. */
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { startInstallation } from "../streams/edge-installation.ts";
import { machineMs } from "../streams/fork-program.ts";
import { OddProxy } from "../streams/odd-proxy.ts";
import { Sdks } from "../streams/sdks.ts";
import { all, atMost, count, never, quantile } from "../verdicts.ts";

const NOTICED = "SDKs that noticed, and hold a change that was made meanwhile";
const WITHIN = "from the silence to a new stream, p99";
/** Without a byte for so long, a stream counts as dead; the node speaks every 15 s at least. */
const DEAD_MS = 45_000;
/** The SDK's clocks go so much faster in the short form. Then the node's signs of life come too seldom for them, which nobody here waits for. */
const HURRY = 10;
/** Between noticing and the new stream: a random wait of at most 5 s, so that all do not come at once, and a second for what they ask then. */
const RETURN_MS = 6_000;

export const blackHole: FaultRow = {
  name: "black-hole",
  faults: ["F17"],
  title: "the lines of many SDKs fall silent in both directions, and end for nobody",
  planted: {
    "no-dead-man": { what: "an SDK waits for a line to end, however silent it is", breaks: [NOTICED] },
  },
  run,
};

async function run({ short, planted, log, closing, folder }: RunOptions): Promise<RowReport> {
  const [sdks, hurry] = short ? [100, HURRY] : [1_000, 1];
  const burgee = await startInstallation({ closing, folder });
  const proxy = closing.use(new OddProxy(burgee.port));
  const fleet = closing.use(new Sdks({ hurry, planted: [...planted] }));
  await fleet.open(await proxy.listen(), burgee.tenant.serverKey, { count: sdks, perSecond: 300 });
  log(`${count(sdks)} SDKs stream`);

  const lastHeard = await burgee.change();
  await eventually(async () => (await fleet.state()).lowest >= lastHeard.revision, { timeoutMs: 20_000 });
  const silentMs = machineMs();
  proxy.swallow();
  const { revision } = await burgee.change();
  const deadMs = DEAD_MS / hurry;
  await eventually(async () => (await fleet.state()).lowest >= revision, {
    timeoutMs: deadMs + 2 * RETURN_MS,
    intervalMs: 200,
  }).catch(() => undefined);

  const heard = await fleet.heard(revision);
  const back = (await fleet.firstAskedSince(silentMs)).map((at) => at - silentMs);
  const { evaluated, failed } = await fleet.state();
  return {
    verdicts: [
      all(NOTICED, heard.length, { n: sdks, what: "SDKs" }),
      ...(planted.size > 0 ? [] : [atMost(WITHIN, quantile(back, 0.99), deadMs + RETURN_MS, "ms")]),
      never("evaluations that failed", failed, { n: evaluated, what: "evaluations" }),
    ],
    figures: [
      {
        name: "from the silence to a new stream",
        value: `p50 ${count(quantile(back, 0.5))} ms, p99 ${count(quantile(back, 0.99))} ms, n = ${count(sdks)} SDKs, whose clocks go ${hurry} times as fast`,
      },
    ],
  };
}
