import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createEgress } from "@burgee/runtime";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aRollout, at, forMs, HOUR_MS } from "../../test/rollout.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { rolloutPlanId } from "../ids.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { finishRotations, replaceDataKeys } from "../keyring/rotate-data-keys.ts";
import { abortRollout } from "../rollouts/abort-rollout.ts";
import { applyRolloutStep } from "../rollouts/apply-rollout-step.ts";
import { evidenceGatherer } from "./gather-evidence.ts";
import { getRolloutGuards } from "./get-rollout-guards.ts";
import { setGuardCredential } from "./set-guard-credential.ts";

const installation = await install();
let caller: AtHome;
let prometheus: Server;
let address: string;
/** What each query is answered, as JSON or as it is; nothing is found by others. */
let answers: Map<string, unknown>;
let asked: string[];
/** What it was shown of who asks. */
let shown: Set<string | undefined>;

beforeEach(async () => {
  caller = await installation.newTenant();
  await aToggle(caller, "cart", { default: false });
  answers = new Map();
  asked = [];
  shown = new Set();
  prometheus = createServer(({ url = "", headers }, response) => {
    shown.add(headers.authorization);
    const { pathname, searchParams } = new URL(url, "http://prometheus");
    const query = searchParams.get("query") ?? "";
    asked.push(`${pathname} ${query}`);
    const answer = answers.get(query.split("{")[0] ?? "") ?? vectorOf();
    if (typeof answer === "string") response.writeHead(200).end(answer);
    else if (typeof answer === "number")
      response.writeHead(answer, { location: "http://127.0.0.1:1/" }).end();
    else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => prometheus.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(prometheus.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => prometheus.close(resolve)));
afterAll(() => installation.close());

const rate = () => ({
  type: "prometheus_rate",
  url: `${address}/base/`,
  treatment: { hits: 'failed_on{toggle="$toggle"}', of: "all_on{step=$step}[$window]" },
  control: { hits: "failed_off{env=$environment,project=$project}", of: "all_off" },
});

test("asks for what the plan is of, and stops it when treatment fails more often", async () => {
  const id = await started({ metric: rate(), atMostTimesControl: 1.2, onBreach: "roll_back" });
  say({ failed_on: 80, all_on: 1_000, failed_off: 200, all_off: 9_000 });

  expect(await turn(id)).toEqual({ outcome: "rolled_back" });
  expect(asked.toSorted()).toEqual([
    expect.stringMatching(/^\/base\/api\/v1\/query all_off$/),
    expect.stringMatching(/all_on\{step=1\}\[\d+s\]$/),
    expect.stringMatching(/failed_off\{env=production,project=web\}$/),
    expect.stringMatching(/failed_on\{toggle="cart"\}$/),
  ]);
  expect(await guardOf(id)).toMatchObject({ verdict: "breach", treatment: 0.08 });
});

test("lets it go on while the rates are alike, and says too few are too few", async () => {
  const id = await started({ metric: rate(), atMostTimesControl: 1.2 });
  say({ failed_on: 2, all_on: 90, failed_off: 20, all_off: 900 });
  await turn(id);
  expect(await guardOf(id)).toMatchObject({ verdict: "unknown" });

  say({ failed_on: 22, all_on: 1_000, failed_off: 200, all_off: 9_000 });
  await turn(id);
  expect(await guardOf(id)).toMatchObject({ verdict: "healthy" });
});

test("a rate, or a value, above its bound is a breach", async () => {
  const bounded = await started({ metric: rate(), atMostPercent: 2 });
  say({ failed_on: 80, all_on: 1_000, failed_off: 720, all_off: 9_000 });
  expect(await turn(bounded)).toEqual({ outcome: "paused" });

  const metric = { type: "prometheus_value", url: address, treatment: { value: "p95_on", of: "all_on" } };
  const valued = await started({ metric, atMostValue: 300 }, "second");
  say({ p95_on: 280, all_on: 1_000 });
  await turn(valued);
  expect(await guardOf(valued)).toMatchObject({ verdict: "healthy", treatment: 280, threshold: 300 });
  say({ p95_on: 320, all_on: 99 });
  await turn(valued);
  expect(await guardOf(valued)).toMatchObject({ verdict: "unknown" });
  say({ p95_on: 320, all_on: 1_000 });
  expect(await turn(valued)).toEqual({ outcome: "paused" });
});

test.each<[what: string, answer: unknown, text: string]>([
  ["nothing", { status: "success", data: { resultType: "vector", result: [] } }, "finds nothing"],
  ["several series", vectorOf(1, 2), "2 series; sum them up"],
  ["no number", vectorOf("NaN"), "NaN, which is no number"],
  ["a range", { status: "success", data: { resultType: "matrix", result: [] } }, "something else than"],
  ["no JSON that is known", { said: "hello" }, "something else than"],
  [
    "a page, of which nothing is quoted",
    "<p>secret</p>",
    "something else than an instant vector or a scalar.",
  ],
  ["an error", 503, "answers 503"],
  ["a redirect", 302, "redirects"],
  ["more than is read", { said: "x".repeat(100_000) }, "larger than"],
])("what answers %s is unknown, and never healthy", async (_, answer, text) => {
  const id = await started({ metric: rate(), atMostTimesControl: 1.2 });
  say({ failed_on: 22, all_on: 1_000, failed_off: 200, all_off: 9_000 });
  answers.set("all_off", answer);

  expect(await turn(id)).not.toMatchObject({ outcome: "applied" });

  expect(await guardOf(id)).toMatchObject({
    verdict: "unknown",
    checks: [{ check: "source", text: expect.stringContaining(text) }],
  });
});

test("an address inside is not asked unless whoever runs the installation allows it", async () => {
  const id = await started({ metric: rate(), atMostTimesControl: 1.2 });

  await turn(id, []);

  expect(asked).toEqual([]);
  expect(await guardOf(id)).toMatchObject({
    verdict: "unknown",
    checks: [{ text: "This address is not called: only https is called." }],
  });
});

describe("what a guard shows to its server", () => {
  const authorization = "Bearer a-secret-of-prometheus";

  test("is sealed, and shown to that server alone for as long as it is set", async () => {
    const id = await started({ metric: rate(), atMostTimesControl: 1.2 });
    const credential = { id: parseInput(rolloutPlanId, id), guard: "outside" };
    await turn(id);
    expect([...shown]).toEqual([undefined]);

    await setGuardCredential(withKeyring(), { ...credential, authorization });
    shown.clear();
    await turn(id);

    expect([...shown]).toEqual([authorization]);
    const { guards } = await getRolloutGuards(caller, { id: credential.id });
    expect(guards).toMatchObject([{ hasCredential: true }]);
    const { rows } = await installation.admin.query(
      "select sealed_authorization as text from burgee.guard_credentials union all select audit::text from burgee.audit_entries audit",
    );
    expect(JSON.stringify([guards, rows])).not.toContain("a-secret");
    await setGuardCredential(withKeyring(), { ...credential, authorization: null });
    shown.clear();
    await turn(id);
    expect([...shown]).toEqual([undefined]);
  });

  test("is nothing where it can't be opened: then nobody is asked, and nothing is healthy", async () => {
    const id = await started({ metric: rate(), atMostTimesControl: 1.2 });
    const credential = { id: parseInput(rolloutPlanId, id), guard: "outside" };
    await setGuardCredential(withKeyring(), { ...credential, authorization });
    asked.length = 0;

    await turn(id, [address], { open: () => Promise.reject(new Error("No key.")) });

    expect(asked).toEqual([]);
    expect(await guardOf(id)).toMatchObject({
      verdict: "unknown",
      checks: [{ text: "What is shown to Prometheus can't be opened now." }],
    });
  });

  test("is sealed anew with everything else, and forgotten once the plan has ended", async () => {
    const { admin, system, keyEncryption, newKeyring } = installation;
    const { id, version } = await aRollout(caller, {
      guards: [{ key: "outside", leastSample: 100, metric: rate(), atMostTimesControl: 1.2 }],
    });
    const plan = { id: parseInput(rolloutPlanId, id), expectedVersion: version };
    await setGuardCredential(withKeyring(), { id: plan.id, guard: "outside", authorization });
    await replaceDataKeys({ system, keyEncryption }, { atLeastMs: 0 });
    await finishRotations({ system, keyEncryption, keyring: newKeyring() });

    const { rows } = await admin.query(
      "select replaced_at from burgee.guard_credentials join burgee.data_keys using (tenant_id, data_key_id) where rollout_plan_id = $1",
      [id],
    );
    expect(rows).toEqual([{ replaced_at: null }]);
    await abortRollout(caller, plan);
    await system.sweepGuards(100);
    const left = await admin.query("select from burgee.guard_credentials where rollout_plan_id = $1", [id]);
    expect(left.rowCount).toBe(0);
    await expect(
      setGuardCredential(withKeyring(), { id: plan.id, guard: "outside", authorization }),
    ).rejects.toMatchObject({ code: "rollout_ended" });
  });

  test.each(["nobody", "events"])("is not taken for %s", async (guard) => {
    const events = { key: "events", metric: { type: "latency", event: "shown" }, atMostValue: 5 };
    const { id } = await aRollout(caller, { guards: [{ ...events, leastSample: 100 }] });

    await expect(
      setGuardCredential(withKeyring(), { id: parseInput(rolloutPlanId, id), guard, authorization }),
    ).rejects.toMatchObject({ issues: [{ pointer: "/guard" }] });
  });

  function withKeyring() {
    return { ...caller, keyring: installation.keyring };
  }
});

async function started(guard: object, toggle = "cart"): Promise<string> {
  if (toggle !== "cart") await aToggle(caller, toggle, { default: false });
  const steps = [at(10, forMs(HOUR_MS)), at(50)];
  const { id } = await aRollout(caller, {
    toggle,
    steps,
    guards: [{ key: "outside", leastSample: 100, ...guard }],
  });
  await turn(id);
  asked.length = 0;
  return id;
}

function turn(id: string, allow = [address], keyring: Pick<Keyring, "open"> = installation.keyring) {
  const target = { tenantId: caller.person.tenantId, rolloutPlanId: parseInput(rolloutPlanId, id) };
  const { fetch } = createEgress({ allow });
  const gatherEvidence = evidenceGatherer({ db: caller.db, keyring, fetchOutside: fetch });
  return applyRolloutStep({ ...caller, gatherEvidence }, target);
}

async function guardOf(id: string) {
  const { guards } = await getRolloutGuards(caller, { id: parseInput(rolloutPlanId, id) });
  return guards[0]?.last;
}

function say(values: Readonly<Record<string, number>>): void {
  for (const [query, value] of Object.entries(values)) answers.set(query, vectorOf(value));
}

function vectorOf(...values: readonly (number | string)[]) {
  const result = values.map((value) => ({ metric: {}, value: [1_769_860_800, String(value)] }));
  return { status: "success", data: { resultType: "vector", result } };
}
