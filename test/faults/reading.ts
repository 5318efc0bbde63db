/** Readers that ask again and again, and tell what was not answered as it should be. */
import { setTimeout as pause } from "node:timers/promises";
import type { BooleanClient } from "./forgetful.ts";
import { never, type Verdict } from "./verdicts.ts";

export interface Reading {
  answered: number;
  /** What went wrong, and how often. */
  readonly failures: Map<string, number>;
}

interface Answered {
  readonly key: string;
  readonly value: unknown;
}

/** Answers with what is wrong; undefined where nothing is. */
export type Ask = () => Promise<string | undefined>;

export function newReading(): Reading {
  return { answered: 0, failures: new Map() };
}

/** @param connections how many ask at a time */
export async function keepReading(
  reading: Reading,
  {
    ask,
    connections,
    signal,
  }: { readonly ask: Ask; readonly connections: number; readonly signal: AbortSignal },
): Promise<void> {
  const readOn = async () => {
    while (!signal.aborted) note(reading, await ask().catch((error: unknown) => `${error}`));
  };
  await Promise.all(Array.from({ length: connections }, readOn));
}

const BATCH = 100;
const REST_MS = 10;

/** Evaluates in process, in batches, and lets others have their turn between them. */
export async function keepEvaluating(
  reading: Reading,
  {
    client,
    expected,
    signal,
  }: {
    readonly client: BooleanClient;
    readonly expected: Readonly<Record<string, boolean>>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const toggles = Object.entries(expected);
  while (!signal.aborted) {
    for (let turn = 0; turn < BATCH; turn++) {
      for (const [key, value] of toggles) {
        // Whatever it should be, the fallback is the other one.
        const seen = client.value(key, !value, { userId: `user-${turn}` });
        note(reading, seen === value ? undefined : `${key} is ${seen}`);
      }
    }
    await pause(REST_MS);
  }
}

/** Whether a request was answered with the values that are expected; asked of the next address where the first one is not there. */
export function askAll(
  urls: readonly string[],
  key: string,
  expected: Readonly<Record<string, boolean>>,
): Ask {
  return async () => {
    let wrong: string | undefined;
    for (const url of urls) {
      wrong = await evaluateAll(url, key, expected).catch((error: unknown) => `${error}`);
      if (wrong === undefined) return undefined;
    }
    return wrong;
  };
}

export function askOne(url: string, key: string, expected: Readonly<Record<string, boolean>>): Ask {
  const toggles = Object.entries(expected);
  let turn = 0;
  return async () => {
    const [toggle = "", value] = toggles[turn++ % toggles.length] ?? [];
    const answer = await fetch(`${url}/v1/toggles/${toggle}?userId=ada`, { headers: { "x-api-key": key } });
    const body: Answered = JSON.parse(await answer.text());
    return body.value === value ? undefined : `${answer.status} ${JSON.stringify(body)}`;
  };
}

async function evaluateAll(url: string, key: string, expected: Readonly<Record<string, boolean>>) {
  const answer = await fetch(`${url}/v1/evaluate`, {
    method: "POST",
    headers: { "x-api-key": key, "content-type": "application/json" },
    body: JSON.stringify({ context: { userId: "ada" }, toggles: Object.keys(expected) }),
  });
  const body: { readonly code?: string; readonly evaluations: readonly Answered[] } = JSON.parse(
    await answer.text(),
  );
  if (answer.status !== 200) return `${answer.status} ${body.code}`;
  const wrong = body.evaluations.find((each) => each.value !== expected[each.key]);
  return wrong === undefined ? undefined : JSON.stringify(wrong);
}

/** That none of a reading's questions failed. */
export function nothingFailed(claim: string, { answered, failures }: Reading): Verdict {
  const failed = [...failures.values()].reduce((sum, times) => sum + times, 0);
  const verdict = never(claim, failed, { n: answered + failed, what: "evaluations" });
  const first = [...failures].slice(0, 3).map(([what, times]) => `${times} x ${what}`);
  return failed === 0 ? verdict : { ...verdict, seen: `${verdict.seen}: ${first.join("; ")}` };
}

function note(reading: Reading, wrong: string | undefined): void {
  if (wrong === undefined) reading.answered += 1;
  else reading.failures.set(wrong, (reading.failures.get(wrong) ?? 0) + 1);
}
