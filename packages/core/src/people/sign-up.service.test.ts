import { afterAll, describe, expect, test } from "vitest";
import { install } from "../../test/installation.ts";
import { type SignUpMode, signUp } from "./sign-up.ts";

const installation = await install();
const { db, system, admin, nudges } = installation;
let people = 0;
let addresses = 0;

afterAll(() => installation.close());

describe("where sign-up is closed", () => {
  test("the very first person gets in, of many at once only one, and nobody after that", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => enter("closed")));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "forbidden" });
    }
    await expect(enter("closed")).rejects.toMatchObject({ code: "forbidden" });
    expect(await countRows()).toEqual({ users: 1, tenants: 1, memberships: 1, projects: 1, environments: 3 });
  });
});

describe("where sign-up is open", () => {
  test("a person owns a tenant with a project and three environments, which the publisher hears of", async () => {
    nudges.length = 0;
    const { userId, tenantId } = await enter("open");

    const made = await db.read(tenantId, async ({ tenants, projects, environments, audit }) => {
      const [project] = await projects.list();
      return {
        tenant: (await tenants.find())?.name,
        project: project?.key,
        environments: project && (await environments.list(project.projectId)).map(({ key }) => key),
        actions: (await audit.list({ before: undefined, limit: 9 })).map(({ action }) => action),
      };
    });
    expect(made).toEqual({
      tenant: "Acme",
      project: "default",
      environments: ["development", "production", "staging"],
      actions: [
        "sign_in.succeeded",
        ...Array(3).fill("environment.created"),
        "project.created",
        "tenant.created",
      ],
    });
    expect(await system.credentials.listMemberships(userId)).toEqual([
      expect.objectContaining({ tenantId, role: "owner" }),
    ]);
    expect(nudges.map((nudge) => nudge.tenantId)).toEqual([tenantId, tenantId, tenantId]);
  });

  test("an address that has an account gets no second one, of many at once either", async () => {
    const before = await countRows();
    const email = anEmail();

    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => enter("open", { email })));

    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "email_taken" });
    }
    expect((await countRows()).tenants).toBe((before.tenants ?? 0) + 1);
  });

  test("nothing is left of a sign-up that could not be finished", async () => {
    const before = await countRows();
    await admin.query("alter table burgee.environments rename column epoch to gone");

    await expect(enter("open")).rejects.toThrow();

    await admin.query("alter table burgee.environments rename column gone to epoch");
    expect(await countRows()).toEqual(before);
  });

  test("one address signs up ten times an hour, and others meanwhile", async () => {
    const address = anAddress();
    const tries = [];
    for (let round = 0; round < 12; round += 1) {
      const entered = enter("open", { email: "refused@example.com", address, password: "refused refused" });
      tries.push(await entered.then(() => "in").catch(({ code }) => code));
    }

    expect(tries).toEqual([...Array(10).fill("invalid_input"), "too_many_guesses", "too_many_guesses"]);
    await expect(enter("open")).resolves.toMatchObject({ credentialsVersion: 1 });
  });

  test("a password of one's own address is refused", async () => {
    const email = "grace.hopper@example.com";
    await expect(enter("open", { email, password: "grace.hopper1" })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [expect.objectContaining({ pointer: "/password" })],
    });
  });
});

interface Entering {
  readonly email?: string;
  readonly address?: string;
  readonly password?: string;
}

function enter(
  mode: SignUpMode,
  { email = anEmail(), address = anAddress(), password = "correct horse battery" }: Entering = {},
) {
  const nudge = (environment: (typeof nudges)[number]) => void nudges.push(environment);
  const ports = { db, system, nudge, requestId: "req-1", traceparent: null };
  return signUp(ports, { email, password, name: "Ada", tenant: "Acme" }, { mode, address });
}

async function countRows(): Promise<Record<string, number>> {
  const tables = ["users", "tenants", "memberships", "projects", "environments"];
  const { rows } = await admin.query(
    `select ${tables.map((table) => `(select count(*)::int from burgee.${table}) as ${table}`).join()}`,
  );
  return rows[0];
}

function anEmail(): string {
  return `person-${++people}@example.com`;
}

function anAddress(): string {
  addresses += 1;
  return `198.51.${addresses >> 8}.${addresses & 255}`;
}
