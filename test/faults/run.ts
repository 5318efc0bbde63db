/**
 * `npm run faults`: every row, each mistake that is planted first and then what ships; about an hour. With a name one row, with `--short`
 * some seconds of each, with `--planted NAME` that mistake alone. Ends with 0 where what ships holds and each mistake was seen.
 */
import { parseArgs } from "node:util";
import { findRow, rows, withoutRow } from "./catalogue.ts";
import type { FaultRow } from "./fault-row.ts";
import { isSeen, type RowRun, runRow, whyNotHere } from "./run-row.ts";

interface Asked {
  readonly short: boolean;
  readonly seed: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    short: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    planted: { type: "string" },
  },
});

process.exitCode = await run();

async function run(): Promise<number> {
  const asked = { short: values.short, seed: Number(values.seed) };
  if (!Number.isInteger(asked.seed)) return refuse(`--seed ${values.seed} is no whole number.`);
  const unknown = positionals.filter((name) => findRow(name) === undefined);
  if (unknown.length > 0) return refuse(`There is no row ${unknown.join(", ")}. There are:\n${list()}`);
  const chosen = positionals.length > 0 ? rows.filter(({ name }) => positionals.includes(name)) : rows;
  const { planted } = values;
  if (planted !== undefined && !chosen.some((row) => Object.hasOwn(row.planted, planted))) {
    return refuse(`No row that was asked for plants ${planted}. There are:\n${list()}`);
  }

  const wrong: string[] = [];
  for (const row of chosen) {
    const excuse = whyNotHere(row);
    if (excuse !== undefined) {
      console.log(`\n${row.name}: skipped, ${excuse}.`);
      continue;
    }
    for (const bug of planted === undefined ? Object.keys(row.planted) : [planted]) {
      if (Object.hasOwn(row.planted, bug)) wrong.push(...(await runPlanted(row, bug, asked)));
    }
    if (planted === undefined) wrong.push(...(await runAsItShips(row, asked)));
  }
  if (positionals.length === 0 && planted === undefined) {
    for (const [fault, why] of Object.entries(withoutRow)) console.log(`${fault} has no row: ${why}.`);
  }
  console.log(wrong.length === 0 ? "\nAll as it should be." : `\nNot as it should be:\n${wrong.join("\n")}`);
  return wrong.length === 0 ? 0 : 1;
}

async function runAsItShips(row: FaultRow, { short, seed }: Asked): Promise<readonly string[]> {
  console.log(`\n${row.name} (${row.faults.join(", ")}): ${row.title}`);
  const outcome = await attempt(row, { short, seed, planted: new Set(), log: progress() });
  if (typeof outcome === "string") return [outcome];
  show(outcome, seed);
  return outcome.verdicts
    .filter(({ holds }) => !holds)
    .map(({ claim, asked, seen }) => `${row.name}: ${claim}: asked ${asked}, saw ${seen}`);
}

/** What is planted is looked for in the short form: a checker that needs minutes to see it would not do. */
async function runPlanted(row: FaultRow, planted: string, { seed }: Asked): Promise<readonly string[]> {
  console.log(`\n${row.name}, with the mistake ${planted} planted: ${row.planted[planted]?.what}`);
  const outcome = await attempt(row, { short: true, seed, planted: new Set([planted]), log: progress() });
  if (typeof outcome === "string") return [outcome];
  show(outcome, seed);
  const seen = isSeen(row, planted, outcome);
  console.log(seen ? "  Red, as it should be." : "  It was not seen.");
  return seen ? [] : [`${row.name}: the planted mistake ${planted} was not seen`];
}

/** A row that breaks keeps the others from nothing. */
async function attempt(...[row, options]: Parameters<typeof runRow>): Promise<RowRun | string> {
  try {
    return await runRow(row, options);
  } catch (error) {
    console.log(error instanceof Error ? error.stack : error);
    return `${row.name} broke: ${error}`;
  }
}

function show({ verdicts, figures = [], seconds, historyFile }: RowRun, seed: number): void {
  for (const { claim, asked, seen, holds } of verdicts) {
    console.log(`  ${holds ? "✓" : "✗"} ${claim}: ${seen} (asked: ${asked})`);
  }
  for (const { name, value } of figures) console.log(`    ${name}: ${value}`);
  console.log(`    seed ${seed}, ${seconds.toFixed(0)} s, history in ${historyFile}`);
}

function progress(): (line: string) => void {
  const startedMs = performance.now();
  return (line) => console.log(`    ${((performance.now() - startedMs) / 1_000).toFixed(0)} s: ${line}`);
}

function list(): string {
  return rows
    .map(({ name, faults, title, planted }) => {
      const bugs = Object.entries(planted).map(([bug, { what }]) => `      --planted ${bug}: ${what}`);
      return [`  ${name} (${faults.join(", ")}): ${title}`, ...bugs].join("\n");
    })
    .join("\n");
}

function refuse(message: string): number {
  console.error(message);
  return 2;
}
