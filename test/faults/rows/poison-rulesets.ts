/** Rulesets that are spoiled reach the readers, past the publisher: each is refused or read, and nobody crashes or makes up a value. */
import { type Evaluator, prepare, type Ruleset, readRuleset } from "@burgee/engine";
import { matches } from "@burgee/engine/matches";
import { createServerClient } from "@burgee/sdk";
import pg from "pg";
import { eventually } from "../../support/eventually.ts";
import { Installation } from "../../support/installation.ts";
import { OwnPostgres } from "../../support/own-postgres.ts";
import { UNBOUNDED } from "../../support/start-edge.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { mutate } from "../mutate.ts";
import { randomFrom } from "../random.ts";
import { all, atLeast, count, never } from "../verdicts.ts";

const CRASHED = "readers that threw";
const INVENTED = "values that the ruleset does not have";
const USERS = ["ada", "abc123", "user-7", ""];
const PATIENCE = { timeoutMs: 20_000 };

export const poisonRulesets: FaultRow = {
  name: "poison-rulesets",
  faults: ["F15"],
  title: "spoiled rulesets, at a reader by itself and in the database under a node that serves",
  planted: {
    "trusting-reader": { what: "a reader takes what it is sent for a ruleset", breaks: [CRASHED] },
  },
  run,
};

async function run({ short, seed, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { spoiled, stored } = short ? { spoiled: 5_000, stored: 2 } : { spoiled: 100_000, stored: 50 };
  const postgres = await OwnPostgres.start();
  closing.defer(() => postgres.remove());
  const burgee = await Installation.start({ databaseUrl: postgres.url, redisUrl: undefined, env: UNBOUNDED });
  closing.adopt(burgee, (running) => running.stop().then(() => undefined));
  const sdk = createServerClient({
    baseUrl: burgee.url,
    sdkKey: burgee.keys.sdkKey,
    logger: false,
    usage: false,
  });
  closing.defer(() => sdk.close());
  await sdk.ready({ timeoutMs: 20_000 });
  const headers = { "x-api-key": burgee.keys.sdkKey };
  const good = await (await fetch(`${burgee.url}/v1/ruleset`, { headers })).text();

  const tally = { taken: 0, refused: 0, crashed: 0, values: 0, invented: 0 };
  const random = randomFrom(seed);
  for (let at = 0; at < spoiled; at++) {
    const text = JSON.stringify(mutate(JSON.parse(good), random));
    try {
      readOne(text, planted.has("trusting-reader"), tally);
    } catch (error) {
      tally.crashed += 1;
      if (tally.crashed < 20) history.record({ type: "crashed", error: String(error), text });
    }
    if ((at + 1) % 20_000 === 0) log(`${count(at + 1)} spoiled rulesets read`);
  }

  const before = JSON.stringify(sdk.all({ userId: "ada" }));
  const kept = await storeSpoiled(postgres.url, stored, {
    good,
    random,
    isKept: async () => {
      const answer = await fetch(`${burgee.url}/v1/ruleset`, { headers });
      return (await answer.text()) === good && JSON.stringify(sdk.all({ userId: "ada" })) === before;
    },
  });
  const toldOf = burgee.logged.filter((line) => line.includes("A ruleset was not loaded")).length;
  return {
    verdicts: [
      never(CRASHED, tally.crashed, { n: spoiled, what: "spoiled rulesets" }),
      never(INVENTED, tally.invented, { n: tally.values, what: "values" }),
      atLeast("spoiled rulesets that were refused", tally.refused, spoiled / 10, "rulesets"),
      all("spoiled rulesets in the database that left the last good one in service", kept, {
        n: stored,
        what: "rulesets",
      }),
      atLeast("lines in the log about them", toldOf, 1, "lines"),
    ],
    figures: [
      {
        name: "read",
        value: `${count(tally.refused)} refused, ${count(tally.taken)} still a ruleset, and evaluated`,
      },
    ],
  };
}

interface Tally {
  taken: number;
  refused: number;
  values: number;
  invented: number;
}

/** As a node and an SDK do it; a trusting one leaves out the reading. */
function readOne(text: string, isTrusting: boolean, tally: Tally): void {
  const json: Ruleset = JSON.parse(text);
  const read = isTrusting ? ({ ok: true, ruleset: json } as const) : readRuleset(json);
  if (!read.ok) {
    tally.refused += 1;
    return;
  }
  tally.taken += 1;
  const evaluator = prepare(read.ruleset, { matches });
  for (const key of Object.keys(read.ruleset.toggles)) evaluateOne(evaluator, key, tally);
}

function evaluateOne(evaluator: Evaluator, key: string, tally: Tally): void {
  const variants = Object.values(evaluator.ruleset.toggles[key]?.variants ?? {}).map((value) =>
    JSON.stringify(value),
  );
  for (const userId of USERS) {
    const { value, errorCode } = evaluator.evaluate(key, { userId, region: "IN", appVersion: "1.2.3" });
    tally.values += 1;
    const isServed = value === undefined ? errorCode !== undefined : variants.includes(JSON.stringify(value));
    if (!isServed) tally.invented += 1;
  }
}

interface Storing {
  readonly good: string;
  readonly random: ReturnType<typeof randomFrom>;
  readonly isKept: () => Promise<boolean>;
}

/** Puts rulesets that no reader takes where the publisher stores its own, under a later revision. Answers how many changed nothing. */
async function storeSpoiled(
  databaseUrl: string,
  times: number,
  { good, random, isKept }: Storing,
): Promise<number> {
  const admin = new pg.Client({ connectionString: databaseUrl });
  await admin.connect();
  let kept = 0;
  try {
    for (let time = 0; time < times; ) {
      const text = JSON.stringify(mutate(JSON.parse(good), random));
      if (readRuleset(JSON.parse(text)).ok) continue;
      time += 1;
      await admin.query("begin");
      await admin.query("update burgee.rulesets set body = $1, revision = revision + 1", [text]);
      await admin.query(
        "update burgee.publications set published_revision = published_revision + 1, announced_revision = announced_revision + 1",
      );
      await admin.query("commit");
      // The heads are asked for every two seconds.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      if (await isKept()) kept += 1;
    }
    await eventually(isKept, PATIENCE).catch(() => undefined);
    return kept;
  } finally {
    await admin.end();
  }
}
