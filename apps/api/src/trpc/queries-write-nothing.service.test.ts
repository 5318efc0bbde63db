import { createHash } from "node:crypto";
import { createRollout, createRolloutInput, createToggle, createToggleInput, parseInput } from "@burgee/core";
import { newId, type WebhookId } from "@burgee/db";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listProcedures } from "../../test/list-procedures.ts";
import { addMember, type Browser, dataOf, openBrowser } from "../../test/open-browser.ts";
import { identified } from "../../test/probes/make.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

const scope = { project: "web", environment: "production" };
const ofProject = { project: "web" };
/** An input for each query that needs one; a new query without one fails below. */
/** Of a rollout; known once it was made. */
const plan: { id?: string } = {};
const exposure: { id?: string; at?: string } = {};
/** Of a tenant that goes. */
const RECEIPT = "r".repeat(43);
const HOOK = newId<WebhookId>();
const inputs: Record<string, unknown> = {
  "auth.session": undefined,
  "auth.tenants": undefined,
  "sessions.list": undefined,
  "secondFactor.get": undefined,
  "singleSignOn.list": undefined,
  "scim.listTokens": undefined,
  "scim.getRoles": undefined,
  "tenants.get": undefined,
  "tenants.usage": undefined,
  "tenants.signingKeys": undefined,
  "tenants.deletion": { receipt: RECEIPT },
  "invitations.list": undefined,
  "members.list": {},
  "projects.list": undefined,
  "sdkKeys.list": undefined,
  "sdkKeys.listOwn": undefined,
  "roles.list": undefined,
  "grants.list": {},
  "access.explain": { permission: "toggle.write" },
  "access.mine": scope,
  "audit.facets": {},
  "audit.list": {},
  "audit.getExport": "the id of one that was begun",
  "jobs.list": {},
  "jobs.get": "the id of one that was begun",
  "jobs.deadLetters": {},
  "environments.list": ofProject,
  "environments.delivery": scope,
  "contextAttributes.list": ofProject,
  "segments.list": ofProject,
  "segments.get": { ...ofProject, key: "beta" },
  "segments.uses": { ...ofProject, key: "beta" },
  "segments.history": { ...ofProject, key: "beta" },
  "toggles.list": scope,
  "toggles.search": { ...ofProject, environments: ["production"] },
  "toggles.get": { ...scope, key: "cart" },
  "toggles.usage": { ...scope, key: "cart" },
  "toggles.lifecycle": ofProject,
  "toggles.explain": { ...scope, key: "cart", context: { userId: "ada" } },
  "settings.compare": { ...ofProject, environments: ["production", "production"] },
  "toggles.evaluate": { ...scope, context: { userId: "ada" } },
  "settings.draftBasis": { ...scope, toggle: "cart" },
  "settings.history": { ...scope, toggle: "cart" },
  "rollouts.list": { ...scope, toggle: "cart" },
  "scheduledChanges.list": scope,
  "webhooks.list": {},
  "webhooks.deliveries": { id: HOOK },
  "rollouts.get": plan,
  "rollouts.exposure": exposure,
  "rollouts.simulate": { ...scope, steps: [{ share: { type: "percentage", value: 1 } }] },
  "rollouts.templates": scope,
  "rollouts.guards": plan,
};
const queries = listProcedures()
  .filter(({ type }) => type === "query")
  .map(({ name }) => name);

let database: TestDatabase;
let writable: TestApi;
/** Over connections on which Postgres refuses every write. */
let readOnly: TestApi;
let browser: Browser;

beforeAll(async () => {
  database = await createDatabase();
  writable = await startApi(database);
  const tenant = await writable.addTenant();
  await createToggle(tenant.caller, parseInput(createToggleInput, { ...scope, key: "cart", default: true }));
  const steps = [{ share: { type: "percentage", value: 10 } }];
  const rollout = parseInput(createRolloutInput, { ...scope, toggle: "cart", steps });
  plan.id = (await createRollout(tenant.caller, rollout)).id;
  Object.assign(exposure, plan, { at: new Date().toISOString() });
  await writable.publish();
  const signedIn = openBrowser(writable);
  await signedIn.signIn((await addMember(tenant, "owner")).email);
  const begun = await signedIn.mutate("audit.verify", {});
  inputs["jobs.get"] = { id: identified.parse(dataOf(begun)).id };
  const exported = await signedIn.mutate("audit.export", { format: "csv" });
  inputs["audit.getExport"] = { id: identified.parse(dataOf(exported)).id };
  await signedIn.mutate("segments.create", { ...ofProject, key: "beta", include: ["ada"] });
  await writable.publish();

  await tenant.caller.db.transact(tenant.caller.person.tenantId, ({ webhooks }) => {
    const hook = { webhookId: HOOK, projectId: null, name: "Chat", url: "https://chat.example" };
    return webhooks.create({ ...hook, types: [], environments: [] }, "system");
  });

  const { db, person } = (await writable.addTenant()).caller;
  const receiptHash = createHash("sha256").update(RECEIPT).digest();
  await db.transactAlone(person.tenantId, ({ deletions }) =>
    deletions.request({ receiptHash, delayMs: 3_600_000 }),
  );

  const { url, appUrl, systemUrl } = database;
  readOnly = await startApi({ url, appUrl: onlyReading(appUrl), systemUrl: onlyReading(systemUrl) });
  browser = openBrowser(readOnly);
  for (const [name, value] of signedIn.cookies) browser.cookies.set(name, value);
});
afterAll(async () => {
  await Promise.all([writable.close(), readOnly.close()]);
  await database.drop();
});

test("every query is tried", () => {
  expect(queries.toSorted()).toEqual(Object.keys(inputs).toSorted());
});

test.each(queries)("%s answers where nothing can be written", async (name) => {
  const answer = await browser.query(name, inputs[name]);

  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
});

test.each([
  ["toggles.create", { ...scope, key: "menu", default: true }],
  ["sessions.revokeOthers", {}],
])("where %s, which writes, does not", async (name, input) => {
  const { status } = await browser.mutate(name, input);

  expect(status).toBe(500);
  expect(readOnly.logged.join()).toContain("read-only transaction");
});

function onlyReading(url: string): string {
  const only = new URL(url);
  const options = only.searchParams.get("options") ?? "";
  only.searchParams.set("options", `${options} -c default_transaction_read_only=on`.trim());
  return only.href;
}
