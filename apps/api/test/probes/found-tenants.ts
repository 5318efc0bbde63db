/** Two tenants with something of everything: ours, who asks, and theirs, whose every text holds the canary. */
import { randomInt } from "node:crypto";
import type { Client } from "pg";
import { addMember, openBrowser } from "../open-browser.ts";
import type { TestTenant } from "../start-api.ts";
import { issueToken } from "./fill-directory.ts";
import { type Filled, type FillPorts, fillTenant } from "./fill-tenant.ts";
import { CANARY } from "./kinds.ts";
import { make, type Place } from "./make.ts";

/** What the inputs of the probes name of our own. */
export interface Needed extends Filled {
  readonly tenant: string;
  readonly email: string;
  readonly session: string;
  readonly tenantName: string;
  readonly revision: string;
}

/** A person whose rights are found by the place that they name. */
export const PLACED = "key of who is admin in one place";

export interface Founded {
  readonly tenant: TestTenant;
  readonly tenantId: string;
  readonly needed: Needed;
  /** The headers by which they ask, by what they are called. */
  readonly personas: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

const OURS: Place = { project: "web", environment: "production", mark: "acme" };

export async function foundOurs(ports: FillPorts): Promise<Founded> {
  return found(ports, "acme", OURS, []);
}

/** With things under our keys, so that a look-up by key alone would mix them up, and with things under their own. */
export async function foundTheirs(ports: FillPorts): Promise<Founded> {
  const own = ["a", "b"].map((letter) => ({
    project: `${CANARY}-${letter}`,
    environment: `${CANARY}-live-${letter}`,
    mark: `${CANARY}-${letter}`,
  }));
  const theirs = await found(ports, CANARY, OURS, own);
  await markTexts(ports.admin, theirs.tenantId);
  return theirs;
}

async function found(
  ports: FillPorts,
  said: string,
  place: Place,
  others: readonly Place[],
): Promise<Founded> {
  const { api, admin } = ports;
  const tenant = await api.addTenant();
  const { tenantId } = tenant.caller.person;
  const { email } = await addMember(tenant, "owner");
  const browser = openBrowser(api, { userAgent: `${said} browser` });
  await browser.signIn(email);
  await openBrowser(api, { userAgent: `${said} other` }).signIn(email);

  const maker = { tenant, browser, said };
  const filled = await fillTenant({ ...ports, ...maker, ...place });
  for (const other of others) await fillTenant({ ...ports, ...maker, ...other });
  const placed = await tenant.addMember("viewer");
  const { project, environment } = place;
  await make(maker, "grants.set", { project, environment, userId: placed.userId, role: "admin" });
  await ports.system.quotas.set(tenantId, "members", randomInt(10 ** 10, 10 ** 11));
  const { token } = await issueToken(maker);
  await api.publish();
  // What asks for a fresh proof goes on to have one, however long the probes take.
  await admin.query(
    "update burgee.sessions set proved_at = now() + interval '1 day', last_seen_at = now() + interval '1 day' where tenant_id = $1",
    [tenantId],
  );
  const session = await textOf(
    admin,
    tenantId,
    "session_id from burgee.sessions where user_agent like '% other'",
  );
  const tenantName = await textOf(admin, tenantId, "name from burgee.tenants where true");
  const revision = await textOf(
    admin,
    tenantId,
    "r.epoch || '.' || r.revision from burgee.rulesets r join burgee.environments using (tenant_id, environment_id) where key = 'production'",
  );

  const cookie = [...browser.cookies].map((each) => each.join("=")).join("; ");
  const origin = `http://localhost:${api.port}`;
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  return {
    tenant,
    tenantId,
    needed: { ...filled, tenant: tenantId, tenantName, email, session, revision },
    personas: new Map<string, Readonly<Record<string, string>>>([
      ["owner's browser", { cookie, origin }],
      ["owner's key", bearer(tenant.personalKey)],
      [PLACED, bearer(placed.key)],
      ["server key", bearer(tenant.serverKey)],
      ["client key", bearer(tenant.clientKey)],
      ["directory", bearer(token)],
      ["nobody", { origin }],
    ]),
  };
}

async function textOf(admin: Client, tenantId: string, query: string): Promise<string> {
  const { rows } = await admin.query<[string]>({
    text: `select ${query} and tenant_id = $1`,
    values: [tenantId],
    rowMode: "array",
  });
  return rows[0]?.[0] ?? "";
}

/** What is made without a word of ours gets the canary afterwards. */
async function markTexts(admin: Client, tenantId: string): Promise<void> {
  for (const table of ["tenants", "projects", "environments", "sdk_keys"]) {
    await admin.query(`update burgee.${table} set name = $2 || ' ' || name where tenant_id = $1`, [
      tenantId,
      CANARY,
    ]);
  }
  await admin.query(
    `update burgee.users set email = $2 || '-' || email, name = $2 || ' ' || name
      where user_id in (select user_id from burgee.memberships where tenant_id = $1)`,
    [tenantId, CANARY],
  );
}

/** As if an owner had asked for its deletion, last: its keys are not good from then on. */
export async function closeTenant(admin: Client, tenantId: string): Promise<void> {
  await admin.query(
    `insert into burgee.tenant_deletions (tenant_id, receipt_hash, due_at)
     values ($1, sha256(uuid_send($1::uuid)), now() + interval '30 days')`,
    [tenantId],
  );
}
