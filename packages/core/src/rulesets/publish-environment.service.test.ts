import { createHash } from "node:crypto";
import { type EnvironmentId, newId, type StoredRuleset } from "@burgee/db";
import { prepare, type Ruleset, readRuleset } from "@burgee/engine";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import {
  removeContextAttribute,
  setContextAttribute,
} from "../context-attributes/change-context-attributes.ts";
import { createEnvironment } from "../environments/create-environment.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { publishRuleset } from "../jobs/publish-ruleset.ts";
import { createSegment, createSegmentInput } from "../segments/create-segment.ts";
import { archiveSegment } from "../segments/update-segment.ts";
import { setToggleEnabled } from "../settings/update-setting.ts";
import { archiveToggle } from "../toggles/archive-toggle.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import {
  FAILURES_FOR_GOOD,
  type PublisherPorts,
  type PublishOutcome,
  publishEnvironment,
} from "./publish-environment.ts";
import { PublishTurns } from "./publish-turns.ts";
import { decodeHint } from "./ruleset-hint.ts";

/** Some 480 KB, compiled as well. */
const LARGE_RULES = [
  {
    condition: `userId in [${Array.from({ length: 10_000 }, (_, n) => `'${String(n).padStart(44, "x")}'`).join()}]`,
    value: false,
  },
];

const installation = await install();
const { db, system, keyring, admin, newTenant } = installation;

let caller: AtHome;
let announced: string[];
let outcomes: PublishOutcome[];
let isBusDown: boolean;

const ports: PublisherPorts = {
  db,
  system,
  keyring,
  announce: async (message) => {
    if (isBusDown) throw new Error("The bus is down.");
    announced.push(message);
  },
  onOutcome: (_, outcome) => outcomes.push(outcome),
};

beforeEach(async () => {
  caller = await newTenant();
  announced = [];
  outcomes = [];
  isBusDown = false;
});
afterAll(() => installation.close());

describe("publishing", () => {
  test("carries targets, prerequisites and splits to whoever evaluates", async () => {
    await aToggle(caller, "base", { default: false, targets: { on: ["ada"] } });
    await aToggle(caller, "color", {
      variants: { red: "#f00", green: "#0f0" },
      default: "red",
      prerequisites: [{ toggle: "base", variants: ["on"] }],
      rollout: { type: "split", weights: { green: 100 } },
    });

    await publish();

    const evaluator = prepare(await ruleset());
    expect(evaluator.evaluate("base", { userId: "ada" })).toMatchObject({
      value: true,
      reason: "TARGETING_MATCH",
    });
    expect(evaluator.evaluate("color", { userId: "ada" })).toMatchObject({ value: "#0f0", reason: "SPLIT" });
    expect(evaluator.evaluate("color", { userId: "bo" })).toMatchObject({
      value: "#f00",
      reason: "DISABLED",
    });
  });

  test("carries segments, each at the revision of its last change here, and tells of those that left", async () => {
    await segment("beta", { include: ["ada"], condition: "plan == 'beta' && !segment('staff')" }, "staff");
    await aToggle(caller, "cart", { default: false, rules: [{ condition: "segment('beta')", value: true }] });
    await publish();
    const evaluator = prepare(await ruleset());

    expect(evaluator.ruleset.segments).toMatchObject({ beta: { revision: 3 }, staff: { revision: 2 } });
    expect(evaluator.evaluate("cart", { userId: "ada" }).value).toBe(true);
    expect(evaluator.evaluate("cart", { userId: "bo", plan: "beta" }).value).toBe(true);
    expect(evaluator.evaluate("cart", { userId: "root", plan: "beta" }).value).toBe(false);

    await segment("gone", {});
    await publish();
    await archiveSegment(caller, { key: "gone", expectedVersion: 1 });
    await publish();

    expect((await storedNow())?.removedSegments).toEqual({ gone: 6 });
    expect(Object.keys((await ruleset()).segments ?? {})).toEqual(["beta", "staff"]);
  });

  test("carries what is declared of contexts, and remembers since when", async () => {
    await aToggle(caller, "cart");
    await setContextAttribute(caller, { name: "age", type: "number", description: "In years" });
    await publish();
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
    await publish();

    expect((await ruleset()).attributes).toEqual({ age: "number" });
    expect(await storedNow()).toMatchObject({ revision: 4, attributesRevision: 3 });

    await removeContextAttribute(caller, { name: "age" });
    await publish();

    expect(await ruleset()).not.toHaveProperty("attributes");
    expect(await storedNow()).toMatchObject({ revision: 5, attributesRevision: 5 });
  });

  test("carries the trace of its last change, where that had one", async () => {
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    await aToggle({ ...caller, traceparent }, "cart");
    await publish();

    expect(await ruleset()).toMatchObject({ traceparent });

    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
    await publish();

    expect(await ruleset()).not.toHaveProperty("traceparent");
  });

  test("compiles anew what an earlier version published, once a migration asks for it", async () => {
    await aToggle(caller, "cart", { default: false, rollout: { type: "percentage", value: 10 } });
    await publish();
    const { tenantId, environmentId } = target();
    await admin.query(
      `update burgee.rulesets set body = replace(body, '"stickiness"', '"attribute"') where environment_id = $1`,
      [environmentId],
    );
    await db.transact(tenantId, async ({ environments, outbox }) => {
      const { epoch, revision } = await environments.raiseRevision(environmentId, 0);
      const type = "environment.recompiled";
      await outbox.append({ environmentId, epoch, revision, type, traceparent: null });
    });

    expect(await publish()).toMatchObject({
      outcome: "published",
      mended: expect.stringContaining("stickiness"),
    });
    expect(await ruleset()).toMatchObject({
      revision: 3,
      toggles: { cart: { revision: 2, rollout: { stickiness: "userId" } } },
    });
  });

  test("compiles segments anew in a new environment, as in a new epoch", async () => {
    await segment("beta", { include: ["ada"] });
    const scope = { project: "web", key: "staging", name: "Staging" };
    await createEnvironment(caller, scope);
    const staging = await db.read(target().tenantId, ({ environments }) =>
      environments.findByKey(caller.person.home.projectId, "staging"),
    );
    if (!staging) throw new Error("There is no staging.");
    const { tenantId } = target();
    await publishEnvironment(ports, { tenantId, environmentId: staging.environmentId });

    const stored = await db.read(tenantId, ({ rulesets }) => rulesets.find(staging.environmentId));
    expect(JSON.parse(stored?.body ?? "")).toMatchObject({
      revision: 1,
      segments: { beta: { key: "beta", revision: 1, include: ["ada"], exclude: [], condition: null } },
    });
  });

  test("carries numbers and JSON to whoever evaluates, and no schema", async () => {
    await aToggle(caller, "limit", { default: 0.5, rules: [{ condition: "vip", value: 1e21 }] });
    const theme = { colors: ["red", null], "odd name": { deep: -1 } };
    await aToggle(caller, "theme", { default: theme, off: null, valueSchema: { type: ["object", "null"] } });

    await publish();

    const evaluator = prepare(await ruleset());
    expect(evaluator.evaluate("limit", { vip: true }).value).toBe(1e21);
    expect(evaluator.evaluate("theme", {})).toMatchObject({ value: theme, reason: "STATIC" });
    expect(JSON.stringify(await ruleset())).not.toContain("valueSchema");
    expect(await getToggle(caller, { key: "theme" })).toMatchObject({
      kind: "json",
      valueSchema: { type: ["object", "null"] },
    });
  });

  test("follows each change, from an empty environment on", async () => {
    await expect(publish()).resolves.toMatchObject({ outcome: "published", from: 0, hint: { revision: 1 } });
    expect(await ruleset()).toMatchObject({
      schema: 1,
      project: "web",
      environment: "production",
      revision: 1,
      toggles: {},
    });

    await aToggle(caller, "cart");
    await expect(publish()).resolves.toMatchObject({ outcome: "published", from: 1, hint: { revision: 2 } });
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });
    await expect(publish()).resolves.toMatchObject({ outcome: "published", from: 2, hint: { revision: 3 } });

    expect(await ruleset()).toMatchObject({
      revision: 3,
      toggles: { cart: { version: 2, revision: 3, enabled: false } },
    });
    await expect(publish()).resolves.toEqual({ outcome: "nothing_new" });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual([
      "published",
      "published",
      "published",
      "nothing_new",
    ]);
  });

  test("merges changes that wait, and leaves what they did not touch as it was", async () => {
    for (const key of ["cart", "menu"]) await aToggle(caller, key);
    await publish();
    for (const expectedVersion of [1, 2, 3]) {
      await setToggleEnabled(caller, { toggle: "cart", expectedVersion, enabled: expectedVersion === 2 });
    }

    await expect(publish()).resolves.toMatchObject({ from: 3, hint: { revision: 6 } });

    expect(await ruleset()).toMatchObject({
      toggles: { cart: { version: 4, revision: 6, enabled: false }, menu: { version: 1, revision: 3 } },
    });
    expect(announced).toHaveLength(2);
  });

  test.each(["{}", '{"schema":'])("mends a published ruleset that was damaged to %s", async (body) => {
    await aToggle(caller, "cart");
    await publish();
    await admin.query("update burgee.rulesets set body = $2 where environment_id = $1", [
      target().environmentId,
      body,
    ]);
    await aToggle(caller, "menu");

    await expect(publish()).resolves.toMatchObject({ outcome: "published", mended: expect.any(String) });

    expect(Object.keys((await ruleset()).toggles)).toEqual(["cart", "menu"]);
  });

  test("takes in 500 revisions at a time", async () => {
    await aToggle(caller, "cart");
    await addRevisions(500);

    const published = [await publish(), await publish(), await publish()];

    expect(published).toMatchObject([
      { from: 0, hint: { revision: 500 } },
      { from: 500, hint: { revision: 502 } },
      { outcome: "nothing_new" },
    ]);
  });

  test("stores what a reader takes, with its checksum, and tells the bus which it is", async () => {
    const rules = [{ condition: "region == 'IN'", value: false }];
    await aToggle(caller, "cart", { rules, rollout: { type: "percentage", value: 10 } });
    await publish();

    const stored = await storedRuleset();
    expect(stored.sha256).toEqual(createHash("sha256").update(stored.body).digest());
    const evaluator = prepare(parsed(stored));
    expect(evaluator.evaluate("cart", { region: "IN" })).toMatchObject({ value: false, variant: "off" });
    expect(announced.map(decodeHint)).toEqual([
      { ...target(), epoch: stored.epoch, revision: stored.revision },
    ]);
    expect(await system.listHeads([target()])).toEqual(announced.map(decodeHint));
  });

  test("happens once, however many publishers race", async () => {
    await aToggle(caller, "cart");

    await Promise.all(Array.from({ length: 6 }, publish));

    expect(outcomes.filter(({ outcome }) => outcome === "published")).toHaveLength(1);
    expect(outcomes.filter(({ outcome }) => outcome === "failed")).toEqual([]);
    expect(new Set(announced).size).toBe(1);
  });

  test("leaves an environment alone that another publisher holds", async () => {
    const outcome = await system.publish(async (publications) => {
      await publications.claim(target());
      return publish();
    });

    expect(outcome).toEqual({ outcome: "claimed_elsewhere" });
  });

  test("holds no lock while it tries a ruleset: others are answered, and leave the environment alone", async () => {
    await aToggle(caller, "cart");
    const seen: unknown[] = [];
    const lookAround = async () => {
      if (seen.length > 0) return;
      seen.push("once");
      const { rows } = await admin.query(
        "select published_revision from burgee.publications where environment_id = $1 for update nowait",
        [target().environmentId],
      );
      seen.push(rows[0].published_revision, await isWaiting(), (await publish()).outcome);
    };

    const outcome = await publishEnvironment({ ...ports, gate: pausing(lookAround) }, target());

    expect(seen).toEqual(["once", "0", false, "claimed_elsewhere"]);
    expect(outcome).toMatchObject({ outcome: "published", hint: { revision: 2 } });
  });

  test("takes no place of what another stored whose claim came after its own had run out", async () => {
    await aToggle(caller, "cart");
    let isFirst = true;
    const overtake = async () => {
      if (!isFirst) return;
      isFirst = false;
      await endClaim();
      await aToggle(caller, "menu");
      await publish();
    };

    const late = await publishEnvironment({ ...ports, gate: pausing(overtake) }, target());

    expect(late).toEqual({ outcome: "overtaken" });
    expect(await ruleset()).toMatchObject({ revision: 3, toggles: { cart: {}, menu: {} } });
    expect(await isWaiting()).toBe(false);
  });

  test("is made up for where a publisher died at it, once its claim has run out", async () => {
    await aToggle(caller, "cart");
    const died = system.publish(async (publications) => {
      const claim = await publications.claim(target());
      if (claim) await publications.hold(claim, 60_000);
    });
    await died;

    expect(await isWaiting()).toBe(false);
    await expect(publish()).resolves.toEqual({ outcome: "claimed_elsewhere" });
    await endClaim();
    expect(await isWaiting()).toBe(true);
    await expect(publish()).resolves.toMatchObject({ outcome: "published" });
  });

  test("keeps its claim for as long as it takes", async () => {
    await aToggle(caller, "cart");
    let nowMs = 0;
    const claims: number[] = [];
    const pause = async () => {
      nowMs += 2_000;
      claims.push(await claimMs());
    };

    await publishEnvironment({ ...ports, gate: { stretchMs: 0, nowMs: () => nowMs, pause } }, target());

    const [first = 0, ...later] = claims;
    expect(first).toBeGreaterThan(0);
    expect(Math.max(...later)).toBeGreaterThan(first);
    expect(await claimMs()).toBe(Number.NEGATIVE_INFINITY);
  });

  test("fails, by name, for a toggle that is too slow to evaluate, and is published once that is mended", async () => {
    await aToggle(caller, "cart");
    let nowMs = 0;
    const crawling = { nowMs: () => (nowMs += 600), pause: async () => undefined };

    const failed = await publishEnvironment({ ...ports, gate: crawling }, target());

    expect(failed).toMatchObject({
      outcome: "failed",
      failures: 1,
      error: { message: expect.stringContaining("The toggle cart takes too long to evaluate: 600 ms") },
    });
    expect(await waitMs()).toBeGreaterThan(0);
    await expect(publish()).resolves.toMatchObject({ outcome: "published" });
  });

  test("is left to the poll where its tenant has its share of turns", async () => {
    await aToggle(caller, "cart");
    const turns = new PublishTurns({ most: 4, mostOfTenant: 1 });
    const giveBack = turns.take({ ...target(), environmentId: newId<EnvironmentId>() });

    await expect(publishEnvironment({ ...ports, turns }, target())).resolves.toEqual({
      outcome: "left_to_poll",
    });
    giveBack?.();
    await expect(publishEnvironment({ ...ports, turns }, target())).resolves.toMatchObject({
      outcome: "published",
    });
    await expect(publishEnvironment({ ...ports, turns }, target())).resolves.toEqual({
      outcome: "nothing_new",
    });
  });

  test("tells in `removed` at which revision a toggle left", async () => {
    for (const key of ["cart", "menu"]) await aToggle(caller, key);
    await publish();
    await archiveToggle(caller, { key: "cart", expectedVersion: 1 });

    await publish();

    const stored = await storedRuleset();
    expect(stored.removed).toEqual({ cart: 4 });
    expect(Object.keys(parsed(stored).toggles)).toEqual(["menu"]);
  });

  test("starts afresh in a new epoch: every toggle is compiled anew", async () => {
    for (const key of ["cart", "menu", "gone"]) await aToggle(caller, key);
    await archiveToggle(caller, { key: "gone", expectedVersion: 1 });
    await publish();
    const { rows } = await admin.query(
      "update burgee.environments set epoch = gen_random_uuid() where environment_id = $1 returning epoch",
      [target().environmentId],
    );
    await setToggleEnabled(caller, { toggle: "cart", expectedVersion: 1, enabled: false });

    await expect(publish()).resolves.toMatchObject({
      outcome: "published",
      hint: { epoch: rows[0].epoch, revision: 6 },
    });

    const stored = await storedRuleset();
    expect(stored.removed).toEqual({ gone: 5 });
    expect(parsed(stored)).toMatchObject({
      epoch: rows[0].epoch,
      toggles: { cart: { enabled: false }, menu: { enabled: true } },
    });
    expect(await isWaiting()).toBe(false);
  });
});

describe("what the poll finds", () => {
  test("is an environment with changes, until they are published", async () => {
    expect(await isWaiting()).toBe(true);

    await publish();

    expect(await isWaiting()).toBe(false);
  });

  test("has one environment of each tenant before a second one of any", async () => {
    const other = await newTenant();
    for (const each of [caller, other]) {
      for (let at = 0; at < 3; at++) await createEnvironment(each, { key: `e${at}`, name: `E${at}` });
    }
    await drain([caller.person.tenantId, other.person.tenantId]);

    const firstTwo = await system.listUnpublished(2);

    expect(new Set(firstTwo.map(({ tenantId }) => tenantId))).toEqual(
      new Set([caller.person.tenantId, other.person.tenantId]),
    );
  });

  test("is a ruleset that nobody was told of, which is then told and not published again", async () => {
    isBusDown = true;
    await expect(publish()).resolves.toMatchObject({ outcome: "unannounced", hint: { revision: 1 } });
    const stored = await storedRuleset();
    expect(await isWaiting()).toBe(true);
    isBusDown = false;

    await expect(publish()).resolves.toMatchObject({ outcome: "announced_again", hint: { revision: 1 } });

    expect(await storedRuleset()).toEqual(stored);
    expect(announced.map(decodeHint)).toMatchObject([{ revision: 1 }]);
    expect(await isWaiting()).toBe(false);
    await expect(publish()).resolves.toEqual({ outcome: "nothing_new" });
  });

  test("waits longer after each failure, and forgets them after a success", async () => {
    await aToggle(caller, "cart");
    await moveRevision(2, 9);
    const waits = [];
    for (let failure = 1; failure <= 3; failure++) {
      await publish();
      waits.push(await waitMs());
    }
    expect(await isWaiting()).toBe(false);
    await moveRevision(9, 2);
    await publish();
    await aToggle(caller, "menu");
    expect(await isWaiting()).toBe(true);
    await moveRevision(3, 9);
    await publish();

    for (const [index, expected] of [250, 500, 1000].entries()) {
      expect(waits[index]).toBeGreaterThan(expected - 200);
      expect(waits[index]).toBeLessThanOrEqual(expected);
    }
    expect(outcomes.at(-1)).toMatchObject({ outcome: "failed", failures: 1 });
  });
});

describe("a ruleset that can't be published", () => {
  test("because a revision is missing is not published over the gap", async () => {
    for (const key of ["cart", "menu"]) await aToggle(caller, key);
    await admin.query("delete from burgee.outbox where environment_id = $1 and revision = 2", [
      target().environmentId,
    ]);

    expect(await failure()).toBe("Expected the revisions after 0 without a gap, and found 3.");
    expect(await system.listHeads([target()])).toEqual([]);
  });

  test.each<[string, string, string]>([
    [
      "a condition no longer parses",
      `state = jsonb_set(state, '{rules}', '[{"id": "r", "condition": "1 +", "serve": {"type": "variant", "variant": "on"}}]')`,
      "cart, version 1: a condition does not parse at 1:4",
    ],
    ["a variant is missing", `variants = '{"off": false}'`, "cart, version 1: there is no variant on."],
    [
      "a reader would refuse it",
      `state = jsonb_set(state, '{rollout}', '{"type": "percentage", "variant": "on", "buckets": -1, "stickiness": "userId"}')`,
      "A reader would refuse the ruleset",
    ],
  ])("because %s leaves the one before it", async (_, damage, message) => {
    await publish();
    await aToggle(caller, "cart");
    await admin.query(`update burgee.setting_versions set ${damage} where tenant_id = $1`, [
      caller.person.tenantId,
    ]);

    expect(await failure()).toContain(message);
    expect(await ruleset()).toMatchObject({ revision: 1 });
  });

  test("because it is too large leaves the one before it, until somebody makes it smaller", async () => {
    await publish();
    const keys = Array.from({ length: 10 }, (_, n) => `large-${n}`);
    for (const key of keys) {
      await aToggle(caller, key, { rules: LARGE_RULES });
      // As if what is written had been counted wrong.
      await admin.query("update burgee.environments set ruleset_bytes = 0");
      await admin.query("update burgee.settings set compiled_bytes = 0");
    }

    expect(await failure()).toMatch(/^The ruleset has \d+ bytes; at most 4194304 are published.$/);
    expect(await ruleset()).toMatchObject({ revision: 1, toggles: {} });

    for (const key of keys.slice(5)) await archiveToggle(caller, { key, expectedVersion: 1 });
    await expect(publish()).resolves.toMatchObject({ outcome: "published", hint: { revision: 16 } });
    expect(Object.keys((await ruleset()).toggles)).toEqual(keys.slice(0, 5));
  });

  test("because it is too large is refused when it is written, and there is room again when others leave", async () => {
    const keys = Array.from({ length: 8 }, (_, n) => `large-${n}`);
    for (const key of keys) await aToggle(caller, key, { rules: LARGE_RULES });
    const grown = aToggle(caller, "one-more", { rules: LARGE_RULES });

    await expect(grown).rejects.toMatchObject({
      code: "limit_reached",
      message: expect.stringMatching(
        /^The ruleset of production would have \d+ bytes, \d+ of them by this change;/,
      ),
    });
    await expect(getToggle(caller, { key: "one-more" })).rejects.toMatchObject({ code: "toggle_not_found" });
    await expect(publish()).resolves.toMatchObject({ outcome: "published", hint: { revision: 9 } });

    await archiveToggle(caller, { key: "large-0", expectedVersion: 1 });
    await expect(aToggle(caller, "one-more", { rules: LARGE_RULES })).resolves.toBeDefined();
    await expect(publish()).resolves.toMatchObject({ outcome: "published", hint: { revision: 11 } });
  });

  test(`is put aside after ${FAILURES_FOR_GOOD} failures, once, and published when it is mended`, async () => {
    const { environmentId } = target();
    await aToggle(caller, "cart");
    await moveRevision(2, 9);

    for (let failures = 0; failures < FAILURES_FOR_GOOD + 2; failures++) await publish();

    expect(outcomes.map((outcome) => "failures" in outcome && outcome.failures)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const { rows } = await admin.query(
      "select source, payload, error, attempts from burgee.dead_letters where tenant_id = $1",
      [caller.person.tenantId],
    );
    expect(rows).toEqual([
      {
        source: "publish-ruleset",
        payload: { environmentId },
        error: "Expected the revisions after 0 without a gap, and found 9.",
        attempts: FAILURES_FOR_GOOD,
      },
    ]);
    expect(await waitMs()).toBeLessThanOrEqual(30_000);

    await moveRevision(9, 2);
    await expect(publish()).resolves.toMatchObject({ outcome: "published", hint: { revision: 2 } });
  });
});

test("the queue's job publishes, and a second one finds nothing to do", async () => {
  const payload = publishRuleset.payload.parse({ ...target(), revision: 1 });

  await publishRuleset.run(ports, payload);
  await publishRuleset.run(ports, payload);

  expect(publishRuleset.jobId(payload)).toBe(`${payload.environmentId}-r1`);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["published", "nothing_new"]);
});

function target() {
  return { tenantId: caller.person.tenantId, environmentId: caller.person.home.environmentId };
}

function publish(): Promise<PublishOutcome> {
  return publishEnvironment(ports, target());
}

/** What the next attempt fails with. */
async function failure(): Promise<string> {
  const outcome = await publish();
  if (outcome.outcome !== "failed" || !(outcome.error instanceof Error))
    throw new Error(`It did not fail: ${outcome.outcome}.`);
  return outcome.error.message;
}

async function storedRuleset(): Promise<StoredRuleset> {
  const stored = await db.read(target().tenantId, ({ rulesets }) => rulesets.find(target().environmentId));
  if (!stored) throw new Error("Nothing is published.");
  return stored;
}

async function ruleset(): Promise<Ruleset> {
  return parsed(await storedRuleset());
}

function parsed({ body }: StoredRuleset): Ruleset {
  const read = readRuleset(JSON.parse(body));
  if (!read.ok) throw new Error(read.error.message);
  return read.ruleset;
}

async function isWaiting(): Promise<boolean> {
  const waiting = await system.listUnpublished(1000);
  return waiting.some(({ environmentId }) => environmentId === target().environmentId);
}

/** Breaks the order of an environment's changes, or mends it. */
async function moveRevision(from: number, to: number): Promise<void> {
  const statement = "update burgee.outbox set revision = $3 where environment_id = $1 and revision = $2";
  await admin.query(statement, [target().environmentId, from, to]);
}

/** How long the poll still leaves the environment alone. */
async function waitMs(): Promise<number> {
  const { rows } = await admin.query(
    "select extract(epoch from retry_at - clock_timestamp()) * 1000 as ms from burgee.publications where environment_id = $1",
    [target().environmentId],
  );
  return Number(rows[0].ms);
}

/** Calls `visit` at each pause, of which there are many. */
function pausing(visit: () => Promise<void>) {
  return { stretchMs: 0, pause: visit };
}

/** As if the time of a claim had run out. */
async function endClaim(): Promise<void> {
  await admin.query(
    "update burgee.publications set claimed_until = clock_timestamp() where environment_id = $1",
    [target().environmentId],
  );
}

/** Until when the environment is claimed, in milliseconds since 1970. */
async function claimMs(): Promise<number> {
  const { rows } = await admin.query(
    "select (extract(epoch from claimed_until) * 1000)::float8 as ms from burgee.publications where environment_id = $1",
    [target().environmentId],
  );
  return Number(rows[0].ms);
}

/** Publishes whatever waits of tenants other than these. */
async function drain(but: readonly string[]): Promise<void> {
  for (const waiting of await system.listUnpublished(1000)) {
    if (!but.includes(waiting.tenantId))
      await publishEnvironment({ ...ports, onOutcome: () => undefined }, waiting);
  }
}

function storedNow() {
  return db.read(target().tenantId, ({ rulesets }) => rulesets.find(target().environmentId));
}

/** Creates a segment, and before it one that it asks, which has the user root. */
async function segment(key: string, input: object, asked?: string): Promise<void> {
  if (asked !== undefined) await segment(asked, { include: ["root"] });
  await createSegment(caller, parseInput(createSegmentInput, { key, ...input }));
}

/** Changes the toggle `cart` many times in one transaction, around the use cases for speed. */
async function addRevisions(count: number): Promise<void> {
  const { tenantId, environmentId } = target();
  await db.transact(tenantId, async ({ environments, toggles, settings, outbox }) => {
    const toggle = await toggles.findByKey(caller.person.home.projectId, "cart");
    const setting = toggle && (await settings.find(environmentId, toggle.toggleId));
    if (!toggle || !setting) throw new Error("There is no cart.");
    const { toggleId } = toggle;
    for (let version = 2; version <= count + 1; version++) {
      const { epoch, revision } = await environments.raiseRevision(environmentId, 0);
      await settings.addVersion({ ...setting, version }, toggle, revision, "system");
      const type = "toggle.changed";
      await outbox.append({ environmentId, epoch, revision, type, toggleId, version, traceparent: null });
    }
  });
}
