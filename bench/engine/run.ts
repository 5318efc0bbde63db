/**
 * `npm run bench:engine`: the engine beside a closure written by hand and beside other services' engines: the same toggles,
 * the same contexts, one run. CPU time of the process, medians of interleaved rounds.
 */
import { measureExpressions } from "./expressions.ts";
import { measureAllocation, measureReadiness } from "./programs.ts";
import { atMost, type Demand, fasterThan, printDemands, printFigures } from "./report.ts";
import { loadExpressionPeers, loadPeers, loadSides } from "./sides.ts";
import { measureSteady } from "./steady.ts";
import type { Scenario } from "./toggles.ts";

const ASKED_OF_PEERS = { plain: 3, "three rules": 10, "10 % rollout": 4 } as const satisfies Record<
  Scenario,
  number
>;

const peers = await loadPeers();
const peerNames = [...peers.values()].map(({ name }) => name);
const evaluating = new Map([...(await loadSides(["burgee", "handwritten"])), ...peers]);
const starting = new Map([...(await loadSides(["burgee", "closure-compiler"])), ...peers]);
const demands: Demand[] = [];

for (const scenario of ["plain", "three rules", "10 % rollout"] as const) {
  const figures = await measureSteady(scenario, [...evaluating.values()]);
  printFigures(`An evaluation, ${scenario}`, figures, "ns");
  demands.push(
    atMost(`${scenario}: time of a hand-written closure`, 2, figures, "hand-written closure"),
    fasterThan(`${scenario}: than the fastest peer`, ASKED_OF_PEERS[scenario], figures, peerNames),
  );
}

printFigures(
  "A condition (ours as a whole evaluation)",
  await measureExpressions(await loadExpressionPeers()),
  "ns",
);

const readiness = await measureReadiness(starting);
printFigures("From the text of 1,000 toggles to the first answer, in a new process", readiness, "µs", 0);
demands.push(
  atMost("ready: time of a closure compiler", 1.3, readiness, "closure compiler"),
  fasterThan("ready: than the first peer", 1, readiness, peerNames),
);

const allocated = measureAllocation(evaluating);
for (const scenario of ["plain", "three rules", "10 % rollout"] as const) {
  const figures = new Map([...allocated].map(([name, bytes]) => [name, bytes[scenario]]));
  printFigures(`Bytes allocated an evaluation, ${scenario}`, figures, "bytes");
  const got = figures.get("burgee") ?? Number.NaN;
  demands.push({
    what: `${scenario}: bytes beyond the result`,
    asked: "0",
    got: got.toFixed(1),
    isMet: got < 1,
  });
}

printDemands(demands);
process.exit(0);
