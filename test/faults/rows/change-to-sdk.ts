/** How long after a change was acknowledged its event fires in SDKs: with one and with many, by each bus. */

import { eventually } from "../../support/eventually.ts";
import type { FaultRow, Figure, RowReport, RunOptions } from "../fault-row.ts";
import { startInstallation } from "../streams/edge-installation.ts";
import { Sdks } from "../streams/sdks.ts";
import { atMost, count, quantile, type Verdict } from "../verdicts.ts";

const ALONE_MS = 50;
const AMONG_MANY_MS = 200;
const LATE = "from a change to the event of the only SDK, p99, by PostgreSQL alone";

export const changeToSdk: FaultRow = {
  name: "change-to-sdk",
  faults: [],
  title: "changes travel from their acknowledgement to the event in SDKs, by PostgreSQL alone and by Redis",
  needs: ["redis"],
  planted: {
    "polls-only": { what: "an SDK asks for changes now and then, and does not stream", breaks: [LATE] },
  },
  run,
};

async function run(options: RunOptions): Promise<RowReport> {
  const { short, planted, log } = options;
  const [many, changes] = short ? [50, planted.size > 0 ? 3 : 20] : [1_000, 1_000];
  // A few changes on a machine that does other things say no more than that they come by themselves.
  const patience = short ? 20 : 1;
  const figures: Figure[] = [];
  const verdicts: Verdict[] = [];
  // What is planted breaks the first claim; the others would only take time.
  const isPlanted = planted.size > 0;
  for (const redis of isPlanted ? [false] : [false, true]) {
    const by = redis ? "by Redis" : "by PostgreSQL alone";
    await using stack = new AsyncDisposableStack();
    const burgee = await startInstallation({ ...options, closing: stack }, { redis });
    for (const sdks of isPlanted ? [1] : [1, many]) {
      const fleet = stack.use(new Sdks({ planted: [...planted] }));
      await fleet.open(burgee.edge().baseUrl, burgee.tenant.serverKey, { count: sdks, perSecond: 300 });
      const delays: number[] = [];
      for (let change = 0; change < changes; change++) {
        const { revision, changedMs } = await burgee.change();
        const heard = await eventually(
          async () => {
            const at = await fleet.heard(revision);
            if (at.length < sdks) throw new Error(`${at.length} of ${sdks} SDKs heard of it.`);
            return at;
          },
          { timeoutMs: 60_000, intervalMs: 5 },
        );
        delays.push(...heard.map((at) => Math.max(0, at - changedMs)));
      }
      const [p50, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
      log(`${count(sdks)} SDKs ${by}: p50 ${count(p50)} ms, p99 ${count(p99)} ms`);
      figures.push({
        name: `${count(sdks)} SDKs, ${by}`,
        value: `p50 ${count(p50)} ms, p99 ${count(p99)} ms, n = ${changes} changes`,
      });
      const claim = sdks === 1 ? "of the only SDK" : "of many SDKs";
      const bound = (sdks === 1 ? ALONE_MS : AMONG_MANY_MS) * patience;
      verdicts.push(atMost(`from a change to the event ${claim}, p99, ${by}`, p99, bound, "ms"));
      await fleet[Symbol.asyncDispose]();
    }
  }
  return { verdicts, figures };
}
