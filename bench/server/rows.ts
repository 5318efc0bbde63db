/** What is measured, how, and what is asked of it. */
import type { Demand } from "../engine/report.ts";
import { quantile } from "../measure.ts";
import { type Load, load, type Target } from "./load.ts";

export const ROW_NAMES = ["single", "bulk", "ruleset", "current"] as const;
export type RowName = (typeof ROW_NAMES)[number];

export interface Sides {
  readonly burgee: Target;
  readonly bare: Target;
  readonly peer?: Target;
}

export interface Row {
  readonly name: RowName;
  /** Median CPU time of the server a request, in microseconds. */
  readonly microseconds: Readonly<Record<keyof Sides, number>>;
  /** Of our best round: others that use this machine make a round worse, and none better. */
  readonly mostPerSecond: number;
}

const ROUNDS = 7;
const SECONDS = 2;
/** What a runtime compiles, it compiles in the first seconds. */
const WARM_UP_SECONDS = 6;

const ROWS: Readonly<Record<RowName, { readonly title: string; readonly ofBare?: number }>> = {
  single: { title: "GET /v1/toggles/:key, one evaluation", ofBare: 0.7 },
  bulk: { title: "POST /v1/evaluate, 100 toggles", ofBare: 0.8 },
  ruleset: { title: "GET /v1/ruleset, 200, gzip" },
  current: { title: "GET /v1/ruleset, 304", ofBare: 0.8 },
};

const OF_PEER = 8;
const SINGLES_PER_SECOND = 10_000;
const EVALUATIONS_PER_SECOND = 250_000;
const EVALUATIONS_IN_BULK = 100;

export async function measureRow(name: RowName, sides: Sides): Promise<Row> {
  const named = Object.entries(sides) as [keyof Sides, Target][];
  for (const [, target] of named) await load(target, WARM_UP_SECONDS);
  const rounds: Record<keyof Sides, Load[]> = { burgee: [], bare: [], peer: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [side, target] of named) rounds[side].push(await load(target, SECONDS));
  }

  const median = (side: keyof Sides) =>
    quantile(
      rounds[side].map(({ microseconds }) => microseconds),
      0.5,
    );
  const microseconds = { burgee: median("burgee"), bare: median("bare"), peer: median("peer") };
  const mostPerSecond = Math.max(...rounds.burgee.map(({ requestsPerSecond }) => requestsPerSecond));
  print(
    name,
    named.map(([side]) => side),
    microseconds,
    rounds,
  );
  return { name, microseconds, mostPerSecond };
}

export function demandsOf({
  name,
  microseconds: { burgee, bare, peer },
  mostPerSecond,
}: Row): readonly Demand[] {
  const { title, ofBare } = ROWS[name];
  const demands: Demand[] = [];
  if (ofBare !== undefined)
    demands.push(atLeast(`${title}: of the bare server's worth`, ofBare, bare / burgee));
  if (!Number.isNaN(peer))
    demands.push(atLeast(`${title}: less CPU than unleash-server`, OF_PEER, peer / burgee));
  if (name === "single") demands.push(perSecond("reads", SINGLES_PER_SECOND, mostPerSecond));
  if (name === "bulk") {
    demands.push(perSecond("evaluations", EVALUATIONS_PER_SECOND, mostPerSecond * EVALUATIONS_IN_BULK));
  }
  return demands;
}

function atLeast(what: string, times: number, got: number): Demand {
  return { what, asked: `>= ${times} x`, got: `${got.toFixed(2)} x`, isMet: got >= times };
}

function perSecond(what: string, least: number, got: number): Demand {
  return {
    what: `${what} a second, beside the load that asks`,
    asked: `> ${least.toLocaleString("en")}`,
    got: Math.round(got).toLocaleString("en"),
    isMet: got > least,
  };
}

const NAMES: Readonly<Record<keyof Sides, string>> = {
  burgee: "burgee",
  bare: "bare node:http",
  peer: "unleash-server",
};

function print(
  name: RowName,
  sides: readonly (keyof Sides)[],
  microseconds: Row["microseconds"],
  rounds: Readonly<Record<keyof Sides, readonly Load[]>>,
): void {
  console.log(
    `\n${ROWS[name].title} (CPU of the server a request; median of ${ROUNDS} rounds of ${SECONDS} s)`,
  );
  for (const side of sides) {
    const ratio =
      side === "burgee" ? "" : `${(microseconds[side] / microseconds.burgee).toFixed(2)} x burgee's`;
    const rates = rounds[side].map(({ requestsPerSecond }) => requestsPerSecond);
    const p99 = quantile(
      rounds[side].map(({ p99Ms }) => p99Ms),
      0.5,
    );
    const most = Math.round(Math.max(...rates)).toLocaleString("en");
    console.log(
      `  ${NAMES[side].padEnd(16)} ${microseconds[side].toFixed(1).padStart(9)} µs ${ratio.padStart(18)}   at most ${most}/s, p99 ${p99} ms`,
    );
  }
}
