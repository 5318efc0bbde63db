import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { move as moveAll, type ToldEvent, tell, usersOf } from "../../test/guards/traffic.ts";
import { type AtHome, aToggle, install } from "../../test/installation.ts";
import { aRollout, at, forMs, HOUR_MS, pass, seen } from "../../test/rollout.ts";
import { listAudit } from "../audit/list-audit.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { rolloutPlanId } from "../ids.ts";
import { applyRolloutStep } from "../rollouts/apply-rollout-step.ts";
import { getRollout } from "../rollouts/list-rollouts.ts";
import { resumeRollout } from "../rollouts/resume-rollout.ts";
import { getToggle } from "../toggles/get-toggle.ts";
import { evidenceGatherer } from "./gather-evidence.ts";
import { getRolloutGuards } from "./get-rollout-guards.ts";

const installation = await install();
const { admin, system, newTenant } = installation;
let caller: AtHome;

const ERRORS = {
  key: "errors",
  metric: { type: "error_rate", event: "failed", exposure: "opened" },
  atMostTimesControl: 1.2,
  leastSample: 100,
  onBreach: "roll_back",
};
const STEPS = [at(40, forMs(HOUR_MS)), at(50, forMs(HOUR_MS)), at(100, forMs(HOUR_MS))];

beforeEach(async () => {
  caller = await newTenant();
  await aToggle(caller, "cart", { default: false });
});
afterAll(() => installation.close());

describe("a plan whose guard counts errors", () => {
  test("is taken back when treatment fails more often, and its step keeps why", async () => {
    const id = await started();
    await traffic({ each: 200, failing: { treatment: 60, control: 8 } });

    expect(await turn(id)).toEqual({ outcome: "rolled_back" });

    expect(await getToggle(caller, { key: "cart" })).toMatchObject({ settings: [{ rollout: null }] });
    const { log, ...plan } = await planOf(id);
    expect(plan).toMatchObject({ status: "rolled_back", reason: "guard" });
    expect(JSON.stringify(log.at(-1)?.evidence)).toContain(
      "30 % of 200 users in treatment and 4 % of 200 users in control: more than 1.2 times control.",
    );
    const { items } = await listAudit(caller, { limit: 2 });
    expect(items.map(({ action }) => action)).toEqual(["rollout.rolled_back", "rollout.guard_breached"]);
  });

  test("waits for ever while nobody tells of anything, and goes on once enough do and all is well", async () => {
    const id = await started();
    await pass(admin, id, 10 * HOUR_MS);

    expect(await turn(id)).toEqual({ outcome: "held" });
    await traffic({ each: 60, failing: { treatment: 3, control: 3 } });
    expect(await turn(id)).toEqual({ outcome: "held" });
    await traffic({ each: 120, failing: { treatment: 6, control: 6 }, prefix: "further" });
    expect(await turn(id)).toMatchObject({ outcome: "applied", step: 2 });

    expect((await planOf(id)).log.at(-1)).toMatchObject({
      kind: "applied",
      step: 2,
      evidence: { guards: { step: 1, guards: [{ guard: "errors", verdict: "healthy" }] } },
    });
  });

  test("is paused where the arms are not of one size", async () => {
    const id = await started();
    const { treatment, control } = await usersOf(installation, caller, { percent: 40, each: 400 });
    await tell(caller, [...opened(treatment.slice(0, 200)), ...opened(control)]);
    await move();

    expect(await turn(id)).toEqual({ outcome: "paused" });
    expect(
      JSON.stringify((await getRolloutGuards(caller, { id: parseInput(rolloutPlanId, id) })).guards),
    ).toContain("arms of one size do not differ so much by chance");
  });

  test("lets it go on where it was told to warn, and says so once for each step", async () => {
    const id = await started({ guards: [{ ...ERRORS, onBreach: "warn" }] });
    await traffic({ each: 200, failing: { treatment: 60, control: 8 } });

    await Promise.all([turn(id), turn(id)]);
    await turn(id);
    const { rows } = await admin.query(
      `select data, (select count(*)::int from burgee.notice_mails mail where mail.notice_id = notices.notice_id) as mails
         from burgee.notices where tenant_id = $1 and type = 'rollout.guard_warned'`,
      [caller.person.tenantId],
    );
    expect(rows).toMatchObject([{ data: { toggle: "cart", appliedSteps: 1, guards: ["errors"] }, mails: 1 }]);

    await pass(admin, id, HOUR_MS);
    await passGuards(id, HOUR_MS);
    expect(await turn(id)).toMatchObject({ outcome: "applied", step: 2 });
    await traffic({ each: 200, failing: { treatment: 60, control: 8 }, prefix: "later" });
    await turn(id);
    const told = await admin.query("select from burgee.notices where type = 'rollout.guard_warned'");
    expect(told.rowCount).toBe(2);
  });

  test("begins to count anew when somebody lets it go on", async () => {
    const id = await started({ guards: [{ ...ERRORS, onBreach: "hold" }] });
    await traffic({ each: 150, failing: { treatment: 60, control: 4 } });
    expect(await turn(id)).toEqual({ outcome: "paused" });

    await resumeRollout(caller, seen(await planOf(id)));
    expect(await turn(id)).toEqual({ outcome: "held" });
    expect(await guardsOf(id)).toMatchObject({ verdict: "unknown" });

    await traffic({ each: 150, failing: { treatment: 5, control: 5 } });
    await turn(id);
    expect(await guardsOf(id)).toMatchObject({ verdict: "healthy" });
  });

  test("goes on by the last control once everybody has it", async () => {
    const id = await started({ steps: [at(50, forMs(HOUR_MS)), at(100, forMs(HOUR_MS))] });
    await traffic({ percent: 50, each: 300, failing: { treatment: 9, control: 9 } });
    await pass(admin, id, HOUR_MS);
    await passGuards(id, HOUR_MS);
    expect(await turn(id)).toMatchObject({ outcome: "applied", step: 2 });

    await traffic({ percent: 50, each: 150, failing: { treatment: 60, control: 60 }, prefix: "later" });
    expect(await turn(id)).toEqual({ outcome: "rolled_back" });
    expect(JSON.stringify((await planOf(id)).log.at(-1)?.evidence)).toContain(
      "of step 1, the last that had one",
    );
  });

  test("is shown with its verdict, its numbers and how they came", async () => {
    const id = await started();
    expect(await guardsOf(id)).toMatchObject({
      verdict: "unknown",
      lookedAt: null,
      guards: [{ last: null, series: [] }],
    });
    await traffic({ each: 150, failing: { treatment: 6, control: 6 } });
    await turn(id);

    expect(await guardsOf(id)).toMatchObject({
      verdict: "healthy",
      step: 1,
      guards: [
        {
          key: "errors",
          definition: ERRORS,
          last: { treatment: 0.04, control: 0.04, threshold: 0.048 },
          series: [{ step: 1, verdict: "healthy", treatment: 0.04 }],
        },
      ],
    });
    await admin.query("update burgee.guard_findings set found_at = found_at - interval '1 minute'");
    expect(await guardsOf(id)).toMatchObject({ verdict: "unknown" });
  });
});

describe("what is counted", () => {
  test("is everybody once, whoever takes their events on, and however often they come", async () => {
    const id = await started();
    const { treatment, control } = await usersOf(installation, caller, { percent: 40, each: 100 });
    const events = [
      ...opened(treatment),
      ...opened(treatment),
      ...opened(control),
      ...failed(treatment.slice(0, 30)),
    ];

    await tell(caller, events);
    await Promise.all([move(), move(), move(), move()]);
    await tell(caller, [...events, ...failed(treatment.slice(0, 40))]);
    await Promise.all([move(), move()]);

    expect(await countsOf(id)).toEqual({ treatment: [100, 40], control: [100, 0] });
  });

  test("is no error of whoever never came, and one that came before they did", async () => {
    const id = await started();
    const { treatment } = await usersOf(installation, caller, { percent: 40, each: 3 });
    await tell(caller, failed(treatment));
    await move();
    expect(await countsOf(id)).toEqual({});

    await tell(caller, opened(treatment.slice(0, 2)));
    await move();
    expect(await countsOf(id)).toEqual({ treatment: [2, 2] });
  });

  test("is nothing from before the step", async () => {
    const { treatment } = await usersOf(installation, caller, { percent: 40, each: 5 });
    const before = new Date().toISOString();
    const id = await started();

    await tell(caller, opened(treatment, before));
    await move();

    expect(await countsOf(id)).toEqual({});
  });

  test("names nobody, and forgets whom it told apart once the step is over", async () => {
    const id = await started();
    await traffic({ each: 100, failing: { treatment: 0, control: 0 }, prefix: "ada.lovelace" });
    const { rows } = await admin.query(
      "select t::text as line from burgee.guard_subjects t where tenant_id = $1 union all select t::text from burgee.guard_counts t where tenant_id = $1",
      [caller.person.tenantId],
    );
    expect(rows.length).toBeGreaterThan(200);
    expect(JSON.stringify(rows)).not.toContain("lovelace");
    expect(JSON.stringify(rows)).not.toContain(Buffer.from("lovelace").toString("hex"));

    await pass(admin, id, HOUR_MS);
    await passGuards(id, HOUR_MS);
    await system.sweepGuards(10_000);
    expect(await subjects()).toBe(200);
    expect(await turn(id)).toMatchObject({ outcome: "applied" });
    await system.sweepGuards(10_000);
    expect(await subjects()).toBe(0);
  });

  test("of a latency is each user's first", async () => {
    const latency = {
      key: "slow",
      metric: { type: "latency", event: "shown" },
      atMostValue: 300,
      leastSample: 20,
    };
    const id = await started({ guards: [latency] });
    const { treatment } = await usersOf(installation, caller, { percent: 40, each: 50 });
    const shown = (value: number) => treatment.map((userId) => ({ name: "shown", userId, value }));

    await tell(caller, shown(100));
    await move();
    await tell(caller, shown(900));
    await move();

    expect(await countsOf(id)).toEqual({ treatment: [50, 0] });
    await turn(id);
    const quantile = (await guardsOf(id)).guards[0]?.last?.treatment;
    expect(quantile).toBeGreaterThanOrEqual(100);
    expect(quantile).toBeLessThan(109.1);
  });
});

async function started(input: object = {}): Promise<string> {
  const { id } = await aRollout(caller, { steps: STEPS, guards: [ERRORS], ...input });
  expect(await turn(id)).toMatchObject({ outcome: "applied", step: 1 });
  return id;
}

/** Users of both arms come, and so many of each fail. */
async function traffic({
  percent = 40,
  each,
  failing,
  prefix = "user",
}: {
  readonly percent?: number;
  readonly each: number;
  readonly failing: { readonly treatment: number; readonly control: number };
  readonly prefix?: string;
}): Promise<void> {
  const { treatment, control } = await usersOf(installation, caller, { percent, each, prefix });
  await tell(caller, [
    ...opened([...treatment, ...control]),
    ...failed(treatment.slice(0, failing.treatment)),
    ...failed(control.slice(0, failing.control)),
  ]);
  await move();
}

function opened(users: readonly string[], at?: string): readonly ToldEvent[] {
  return users.map((userId) => ({ name: "opened", userId, ...(at !== undefined && { at }) }));
}

function failed(users: readonly string[]): readonly ToldEvent[] {
  return users.map((userId) => ({ name: "failed", userId }));
}

function move() {
  return moveAll(installation);
}

function turn(id: string) {
  const fetchOutside = () => Promise.reject(new Error("There is no outside."));
  const target = { tenantId: caller.person.tenantId, rolloutPlanId: parseInput(rolloutPlanId, id) };
  return applyRolloutStep(
    {
      ...caller,
      gatherEvidence: evidenceGatherer({ db: caller.db, keyring: installation.keyring, fetchOutside }),
    },
    target,
  );
}

function planOf(id: string) {
  return getRollout(caller, { id: parseInput(rolloutPlanId, id) });
}

function guardsOf(id: string) {
  return getRolloutGuards(caller, { id: parseInput(rolloutPlanId, id) });
}

/** What was counted belongs to the moment at which the step was applied, and moves with it. */
async function passGuards(id: string, ms: number): Promise<void> {
  for (const table of ["guard_counts", "guard_subjects", "guard_findings"]) {
    await admin.query(
      `update burgee.${table} set since = since - $2 * interval '1 millisecond' where rollout_plan_id = $1`,
      [id, ms],
    );
  }
  await admin.query(
    `update burgee.guard_watches set since = since - $2 * interval '1 millisecond',
            warned_since = warned_since - $2 * interval '1 millisecond' where rollout_plan_id = $1`,
    [id, ms],
  );
}

async function countsOf(id: string): Promise<Record<string, [users: number, hits: number]>> {
  const { rows } = await admin.query(
    "select arm, sum(users)::int as users, sum(hits)::int as hits from burgee.guard_counts where rollout_plan_id = $1 group by arm",
    [id],
  );
  return Object.fromEntries(rows.map(({ arm, users, hits }) => [arm, [users, hits]]));
}

async function subjects(): Promise<number> {
  const { rows } = await admin.query(
    "select count(*)::int as subjects from burgee.guard_subjects where tenant_id = $1",
    [caller.person.tenantId],
  );
  return rows[0].subjects;
}
