/**
 * Another tenant's names, in every place where an input may name something, as everybody who gets that far: nothing of that tenant
 * comes back, nothing of it changes, and nothing tells its names from names that nobody has. `npm run probes` asks more of it.
 */
import { createDatabase } from "@burgee/test-support";
import { initTRPC } from "@trpc/server";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type Declared,
  declaredBy,
  procedures,
  proceduresOf,
  withoutPermission,
} from "../../test/declared.ts";
import { openStream } from "../../test/open-stream.ts";
import { CANARY, KINDS, namesOf } from "../../test/probes/kinds.ts";
import { withoutPredicates } from "../../test/probes/layers.ts";
import { MODES, type Mode, NEITHER, tableOf } from "../../test/probes/modes.ts";
import { openHouse } from "../../test/probes/open-house.ts";
import { type Probed, runProbes } from "../../test/probes/run-probes.ts";
import { targetsOf } from "../../test/probes/targets.ts";
import { ownTokens, plainColumns } from "../../test/probes/tokens.ts";

/** A name in each place, and then some. */
const SAMPLE = 900;
const asked = Number(process.env.BURGEE_PROBES_COUNT);
const count = asked || SAMPLE;
const seed = Number(process.env.BURGEE_PROBES_SEED) || 1;
const TOLD_MS = 10_000;
/** On a busy machine. */
const MOST_MS_A_PROBE = 1_000;

/** What takes a name, and shows nothing of another tenant's with neither layer in its way: something else is. */
const HELD_BY_MORE: Readonly<Record<string, string>> = {
  "members.list": "asks for people as burgee_system, whose queries are its one layer",
  "tenants.delete":
    "finds that theirs is being deleted, and refuses whatever was typed: seen in that it lets nobody through",
  "sessions.revoke": "asks for sessions of the person's own, as burgee_system",
  "GET /v1/evaluate/:revision/:contextHash": "answers from memory, by the key's own environment",
  "GET /v1/ruleset": "answers from memory, by the key's own environment",
  "GET /v1/stream": "answers from memory, by the key's own environment",
  "POST /v1/events": "adds to the key's own environment, toggles of its project and keys of nobody's",
  "GET /v1/segments/:hash": "looks within the project of the key's own environment, by its id",
  "GET /sso/:tenant/:connection/callback":
    "asks for the cookie of the browser that began, before anything else",
};

/** A refused key is told of once a minute, by whichever probe comes then: that says nothing of what it asked. */
function isByChance({ target, found }: { readonly target: string; readonly found: string }): boolean {
  return found === "audit_heads" && Object.hasOwn(HELD_BY_MORE, target);
}

/** What lets nobody through with an input of our own, so that only its refusals are compared. */
const NEVER_PASSED: Readonly<Record<string, string>> = {
  "auth.answerSecondFactor": "nobody is half signed in",
  "secondFactor.confirm": "the code is wrong",
  "secondFactor.disable": "nobody has a second factor",
  "secondFactor.renewRecoveryCodes": "nobody has a second factor",
  "singleSignOn.begin": "the provider is not asked",
  "singleSignOn.proveDomain": "nobody set the record",
  "singleSignOn.test": "the provider is not asked",
  "tenants.cancelDeletion": "nobody asked for a deletion",
  "tenants.deletion": "the receipt is wrong",
  "invitations.open": "the token is wrong",
  "invitations.join": "the token is wrong",
  "invitations.accept": "the token is wrong",
  "GET /v1/files/:tenant/:export": "the signature is wrong",
  "GET /sso/:tenant/:connection/callback": "no sign-in was begun",
};

/** What is for who holds it, whichever tenant it is of; why, each says where it is declared. */
const NEVER_SENT = [
  "auth.signIn /email",
  "auth.signUp /email",
  "auth.signUp /tenant",
  "singleSignOn.find /email",
  "singleSignOn.begin /tenantId",
  "tenants.deletion /receipt",
  "invitations.open /token",
  "invitations.join /token",
  "invitations.accept /token",
  "toggles.create /rules/*/id",
  "settings.update /rules/*/id",
  "rollouts.simulate /guards/*/key",
  "rollouts.create /guards/*/key",
  "rollouts.setGuardCredential /guard",
  "scheduledChanges.create /change/rules/*/id",
  "POST /v1/toggles /body/rules/*/id",
  "PUT /v1/toggles/:toggleKey /body/rules/*/id",
  "POST /v1/scheduled-changes /body/change/rules/*/id",
  "GET /v1/files/:tenant/:export /path/tenant",
  "GET /v1/files/:tenant/:export /path/export",
  "GET /v1/files/:tenant/:export /query/by",
  "GET /v1/files/:tenant/:export /query/signature",
  "GET /sso/:tenant/:connection/callback /path/tenant",
  "GET /scim/v2/ResourceTypes/:id /path/id",
  "GET /scim/v2/Schemas/:id /path/id",
];

/** Which of a few choices something is: the only columns of tenants' tables in which theirs have nothing of their own. */
const CHOICES = [
  "audit_entries.action",
  "audit_entries.address",
  "audit_entries.object_kind",
  "audit_exports.format",
  "context_attributes.type",
  "dead_letters.source",
  "guard_counts.arm",
  "guard_findings.verdict",
  "guard_findings.action",
  "jobs.kind",
  "jobs.status",
  "notices.type",
  "oidc_connections.default_role",
  "outbox.type",
  "quotas.quota",
  "roles.permissions",
  "rollout_plans.status",
  "rollout_plans.reason",
  "rollout_plans.open_window",
  "rollout_steps.kind",
  "rollout_steps.folded_steps",
  "scheduled_changes.status",
  "scheduled_changes.zone",
  "sdk_keys.kind",
  "sdk_keys.permissions",
  "sessions.role",
  "setting_versions.kind",
  "tenant_deletions.parts",
  "toggle_lives.stage",
  "toggles.kind",
  "usage_drops.kind",
  "webhook_deliveries.state",
  "webhooks.types",
  "webhooks.state",
  "webhooks.disabled_for",
];

const database = await createDatabase();
const house = await openHouse(database, { predicates: true, rowLevelSecurity: true });
const runs: (Probed & Mode)[] = [];
afterAll(async () => {
  await house.close();
  await database.drop();
  if (asked) process.stdout.write(`\n${tableOf(runs)}\n`);
});

describe("what is declared", () => {
  test("stands at every field that every procedure and every route takes", () => {
    const { targets, undeclared } = targetsOf([...procedures, ...declaredBy(house.api.server.routes)]);

    expect(undeclared).toEqual([]);
    const unsent = targets.flatMap(({ name, bearers }) =>
      [...bearers.keys()].map((field) => `${name} ${field}`),
    );
    expect(unsent).toEqual(NEVER_SENT);
  });

  const parrot = { access: "self", method: "GET", path: "/trpc/parrots.get", name: "parrots.get" } as const;
  const planted: readonly [what: string, declared: Declared, found: readonly string[]][] = [
    [
      "a procedure that takes an id",
      { ...parrot, inputs: [z.strictObject({ id: z.uuid() })] },
      ["parrots.get: say what /id names", "parrots.get: give an input that our own tenant may send"],
    ],
    [
      "a field deep inside",
      {
        ...parrot,
        name: "toggles.list",
        inputs: [z.strictObject({ cages: z.array(z.object({ cage: z.string() })) })],
      },
      ["toggles.list: say what /cages/*/cage names", "toggles.list: takes no /cursor"],
    ],
    [
      "a route with a parameter",
      {
        ...parrot,
        name: "GET /v1/parrots/:parrot",
        path: "/v1/parrots/:parrot",
        inputs: [z.any(), z.undefined()],
      },
      [
        "GET /v1/parrots/:parrot: say what /path/parrot names",
        "GET /v1/parrots/:parrot: give an input that our own tenant may send",
      ],
    ],
    [
      "a route that takes any body",
      {
        ...parrot,
        method: "POST",
        name: "POST /v1/parrots",
        path: "/v1/parrots",
        inputs: [z.any(), z.unknown()],
      },
      [
        "POST /v1/parrots: say what /body names",
        "POST /v1/parrots: give an input that our own tenant may send",
      ],
    ],
  ];

  test.each(planted)("is missed at %s that says nothing of it", (_, declared, found) => {
    const others = [...procedures].filter(({ name }) => name !== declared.name);
    const { undeclared } = targetsOf([...others, declared]);

    expect(undeclared.filter((line) => !line.includes("no such procedure"))).toEqual(found);
  });

  test("is missed at a procedure that says nothing of who may call it", () => {
    const { router, procedure } = initTRPC.create();
    const parrots = router({ parrots: router({ get: procedure.query(() => "squawk") }) });

    expect(withoutPermission(proceduresOf(parrots))).toEqual(["parrots.get"]);
    expect(withoutPermission(procedures)).toEqual([]);
  });
});

describe("the other tenant", () => {
  test("has something of every kind, and of its own in every column", async () => {
    const { admin, ours, theirs } = house;
    const names = await namesOf(admin, theirs.tenantId);
    const plain = await plainColumns(
      admin,
      theirs.tenantId,
      await ownTokens(admin, theirs.tenantId, ours.tenantId),
    );

    expect(KINDS.filter((kind) => names.get(kind)?.length === 0)).toEqual([]);
    expect(plain).toEqual(CHOICES);
  });

  test("changes a toggle, and no stream of ours hears of it", async () => {
    const { api, admin, ours, theirs } = house;
    const streams = await Promise.all(
      ["server key", "client key"].map((persona) =>
        openStream(`${api.baseUrl}/v1/stream`, ours.personas.get(persona) ?? {}),
      ),
    );

    await admin.query("delete from burgee.tenant_deletions");
    const passedOver = ["comment", "seal"];
    const heard = () => streams.map(({ events }) => events.filter(({ type }) => !passedOver.includes(type)));
    await expect.poll(() => heard().map((events) => events.length)).toEqual([1, 1]);
    for (const { tenant, needed } of [theirs, ours]) {
      const { project, environment, toggle } = needed;
      const body = { project, environment, toggle, expectedVersion: 1, enabled: false };
      const { status } = await api.request("POST", "/trpc/settings.setEnabled", {
        key: tenant.personalKey,
        body,
      });
      expect(status).toBe(200);
      await api.publish();
    }

    await expect.poll(() => heard().map((events) => events.length)).toEqual([2, 2]);
    expect(JSON.stringify(heard())).not.toContain(CANARY);
    for (const stream of streams) stream.close();
  });
});

describe.each(MODES)("with $name", (mode) => {
  test("nothing of another tenant comes out, and nothing of it changes", {
    timeout: timeoutMs(),
  }, async () => {
    const probed = await probe(mode, count);

    expect(probed.leaks.slice(0, 20)).toEqual([]);
    expect(probed).toMatchObject({ probes: count, leaks: [], isTheirsUntouched: true, isOursPutBack: true });
    expect(probed.stripped > 0).toBe(!mode.predicates);
    expect(probed.neverPassed).toEqual(Object.keys(NEVER_PASSED));
  });
});

describe("with neither layer", () => {
  test("the probes find something at everything that takes a name, but for what more than these holds", {
    timeout: timeoutMs(),
  }, async () => {
    const { leaks, namers, neverPassed, isOursPutBack } = await probe(NEITHER, SAMPLE);

    const shown = new Set(leaks.filter((leak) => !isByChance(leak)).map(({ target }) => target));
    expect(namers.filter((name) => !shown.has(name)).sort()).toEqual(Object.keys(HELD_BY_MORE).sort());
    expect(shown).toContain("tenants.cancelDeletion");
    expect(neverPassed).toContain("tenants.delete");
    expect(isOursPutBack).toBe(true);
    expect(new Set(leaks.map(({ kind }) => kind))).toEqual(new Set(["canary", "difference", "change"]));
  });

  test.each([
    [
      `select * from "burgee"."toggles" where "tenant_id" = $1 and "key" = $2`,
      `($1::uuid is not null) and "key" = $2`,
    ],
    [`where "toggles"."tenant_id" = $3`, "where ($3::uuid is not null)"],
    ["where e.tenant_id = $1 and p.tenant_id = e.tenant_id", "where ($1::uuid is not null) and true"],
    [`insert into "burgee"."toggles" ("tenant_id") values ($1)`, `("tenant_id") values ($1)`],
  ])("%s says nothing of the tenant any more", (statement, left) => {
    expect(withoutPredicates(statement)).toContain(left);
  });
});

async function probe(mode: Mode, probes: number): Promise<Probed> {
  const database = await createDatabase();
  let told = performance.now();
  const onProgress = (done: number, leaks: number) => {
    if (!asked || performance.now() - told < TOLD_MS) return;
    told = performance.now();
    process.stdout.write(`${mode.name}: ${done} of ${probes} probes, ${leaks} leaks\n`);
  };
  const probed = await runProbes(database, mode, { count: probes, seed, asEverybody: asked > 0, onProgress });
  await database.drop();
  runs.push({ ...probed, ...mode });
  return probed;
}

function timeoutMs(): number {
  return 120_000 + count * MOST_MS_A_PROBE;
}
