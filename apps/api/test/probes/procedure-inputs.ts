/**
 * What each procedure takes, for the cross-tenant probes: an input that our own tenant may send, and what its fields name. Whoever adds a
 * procedure that takes anything adds a line here; a test says which.
 */
import { PASSWORD } from "../open-browser.ts";
import type { Needed } from "./found-tenants.ts";
import type { Bearer, DeclaredInput } from "./meanings.ts";
import { ENTRANCE, later, OWN_RULE, placeOf, rulesOf, SETTING } from "./our-inputs.ts";

const OWN_GUARD: Bearer = { bearer: "a guard is of the plan that it is written in, and found by that alone" };
const ACCOUNT: Bearer = {
  bearer: "an account is a person's, and is asked for before any tenant is known",
};
const TOKEN: Bearer = { bearer: "the token of an invitation is the right to open it" };

const RECEIPT: Bearer = { bearer: "the receipt of a deletion is the right to know of it" };

const NO_TOKEN = "x".repeat(43);
const STEPS = [{ share: { type: "percentage", value: 10 }, hold: { type: "approval" } }];
const CONNECTION = { name: "Acme", issuer: "https://127.0.0.1/acme", clientId: "burgee" };

/** Each to a plan that stands where it may be given. */
function planCommand(
  planOf: (ours: Needed) => string,
  expectedVersion: number,
  more: object = {},
): DeclaredInput {
  return { input: (ours) => ({ id: planOf(ours), expectedVersion, ...more }), names: { "/id": "plan" } };
}

const projectOf = ({ project }: Needed) => ({ project });

export const PROCEDURE_INPUTS: Readonly<Record<string, DeclaredInput>> = {
  "auth.signIn": { input: ({ email }) => ({ email, password: PASSWORD }), names: { "/email": ACCOUNT } },
  "auth.signUp": {
    input: () => ({ email: "new@example.com", name: "Bo", password: PASSWORD, tenant: "Bo's" }),
    names: { "/email": ACCOUNT, "/tenant": { bearer: "the name of a tenant that is being made" } },
  },
  "auth.answerSecondFactor": { input: () => ({ code: "123456" }) },
  "auth.switchTenant": { input: ({ tenant }) => ({ tenantId: tenant }) },
  "auth.prove": { input: () => ({ password: PASSWORD }) },
  "auth.changePassword": {
    input: () => ({ currentPassword: PASSWORD, newPassword: "another battery staple" }),
  },
  "sessions.revoke": { input: ({ session }) => ({ id: session }), names: { "/id": "session" } },
  "secondFactor.confirm": { input: () => ({ code: "123456" }) },

  "singleSignOn.find": { input: () => ({ email: "ada@acme.example" }), names: { "/email": ACCOUNT } },
  "singleSignOn.begin": {
    input: ({ tenant, connection }) => ({ tenantId: tenant, connectionId: connection }),
    names: { "/tenantId": ENTRANCE },
  },
  "singleSignOn.create": { input: () => ({ ...CONNECTION, clientSecret: "a secret" }) },
  "singleSignOn.update": {
    input: ({ connection }) => ({ ...CONNECTION, connectionId: connection, version: 1 }),
  },
  "singleSignOn.remove": { input: ({ connection }) => ({ connectionId: connection }) },
  "singleSignOn.addDomain": {
    input: ({ connection }) => ({ connectionId: connection, domain: "new.example" }),
  },
  "singleSignOn.proveDomain": { input: ({ domain }) => ({ domain }) },
  "singleSignOn.removeDomain": { input: ({ domain }) => ({ domain }) },
  "singleSignOn.test": { input: ({ connection }) => ({ connectionId: connection }) },
  "singleSignOn.enforce": { input: ({ connection }) => ({ connectionId: connection, enforced: false }) },

  "tenants.create": { input: () => ({ name: "Second" }) },
  "tenants.delete": { input: ({ tenantName }) => ({ confirm: tenantName }) },
  "tenants.rotateSigningKey": { input: () => ({ overlapDays: 0 }) },
  "tenants.deletion": { input: () => ({ receipt: NO_TOKEN }), names: { "/receipt": RECEIPT } },
  "scim.issueToken": { input: () => ({ name: "Okta" }) },
  "scim.rotateToken": { input: ({ scimToken }) => ({ id: scimToken }), names: { "/id": "scimToken" } },
  "scim.revokeToken": { input: ({ scimToken }) => ({ id: scimToken }), names: { "/id": "scimToken" } },
  "scim.setRoles": {
    input: (ours) => ({
      version: ours.scimVersion,
      defaultRole: ours.role,
      roles: [{ ...placeOf(ours), group: ours.group, role: ours.role }],
    }),
    names: { "/defaultRole": "role", "/roles/*/group": "groupName" },
  },
  "invitations.create": {
    input: () => ({ email: "new@example.com", role: "viewer" }),
    names: { "/email": "email" },
  },
  "invitations.revoke": { input: ({ invitation }) => ({ id: invitation }), names: { "/id": "invitation" } },
  "invitations.open": { input: () => ({ token: NO_TOKEN }), names: { "/token": TOKEN } },
  "invitations.join": {
    input: () => ({ token: NO_TOKEN, name: "Bo", password: PASSWORD }),
    names: { "/token": TOKEN },
  },
  "invitations.accept": { input: () => ({ token: NO_TOKEN }), names: { "/token": TOKEN } },
  "members.list": { input: () => ({}), names: { "/cursor": "user" } },
  "members.setRole": { input: ({ user }) => ({ userId: user, role: "editor" }) },
  "members.remove": { input: ({ user }) => ({ userId: user }) },
  "roles.create": {
    input: () => ({ key: "fresh", name: "Fresh", permissions: ["toggle.read"] }),
    names: { "/key": "role" },
  },
  "roles.update": {
    input: ({ role }) => ({ key: role, name: "Other", permissions: ["toggle.read"], expectedVersion: 1 }),
    names: { "/key": "role" },
  },
  "roles.delete": {
    input: ({ idleRole }) => ({ key: idleRole, expectedVersion: 1 }),
    names: { "/key": "role" },
  },
  "grants.list": { input: () => ({}), names: { "/cursor": "grant" } },
  "grants.set": { input: (ours) => ({ ...placeOf(ours), userId: ours.user, role: "editor" }) },
  "grants.remove": { input: (ours) => ({ ...placeOf(ours), userId: ours.user }) },
  "access.explain": {
    input: (ours) => ({ ...placeOf(ours), userId: ours.user, permission: "toggle.write" }),
  },
  "access.mine": { input: placeOf },

  "projects.create": { input: () => ({ key: "fresh", name: "Fresh" }), names: { "/key": "project" } },
  "projects.setLifeDays": {
    input: (ours) => ({ ...projectOf(ours), settledAfterDays: 10, unseenAfterDays: 10 }),
  },
  "projects.rename": { input: (ours) => ({ ...projectOf(ours), name: "Other" }) },
  "environments.list": { input: projectOf },
  "environments.delivery": { input: placeOf },
  "environments.create": {
    input: (ours) => ({ ...projectOf(ours), key: "fresh", name: "Fresh" }),
    names: { "/key": "environment" },
  },
  "environments.update": { input: (ours) => ({ ...placeOf(ours), name: "Other", critical: false }) },
  "toggles.get": { input: (ours) => ({ ...placeOf(ours), key: ours.toggle }), names: { "/key": "toggle" } },
  "toggles.usage": {
    input: (ours) => ({ ...placeOf(ours), key: ours.toggle }),
    names: { "/key": "toggle" },
  },
  "toggles.list": { input: placeOf, names: { "/cursor": "toggle" } },
  "toggles.search": {
    input: (ours) => ({
      ...projectOf(ours),
      environments: [ours.environment],
      states: [{ environment: ours.environment, enabled: true }],
    }),
    names: { "/cursor/key": "toggle", "/environments/*": "environment" },
  },
  "toggles.lifecycle": { input: projectOf, names: { "/cursor": "toggle" } },
  "toggles.setExpectedEnd": {
    input: (ours) => ({ ...projectOf(ours), key: ours.toggle, expectedEnd: "2030-06-30" }),
    names: { "/key": "toggle" },
  },
  "toggles.explain": {
    input: (ours) => ({ ...placeOf(ours), key: ours.toggle, context: { userId: "ada" } }),
    names: { "/key": "toggle" },
  },
  "toggles.evaluate": {
    input: (ours) => ({ ...placeOf(ours), context: { userId: "ada" } }),
    names: { "/cursor": "toggle" },
  },
  "toggles.create": {
    input: (ours) => ({
      ...placeOf(ours),
      ...rulesOf(ours),
      ...SETTING,
      key: "fresh",
      variants: { small: "S", large: "L" },
    }),
    names: { "/key": "toggle", "/rules/*/id": OWN_RULE },
  },
  "toggles.update": {
    input: (ours) => ({ ...placeOf(ours), key: ours.toggle, expectedVersion: 1, description: "Other" }),
    names: { "/key": "toggle" },
  },
  "toggles.archive": {
    input: (ours) => ({ ...placeOf(ours), key: ours.toggle, expectedVersion: 1 }),
    names: { "/key": "toggle" },
  },
  "settings.update": {
    input: (ours) => ({
      ...placeOf(ours),
      ...rulesOf(ours),
      ...SETTING,
      toggle: ours.toggle,
      expectedVersion: 1,
    }),
    names: { "/rules/*/id": OWN_RULE },
  },
  "settings.setEnabled": {
    input: (ours) => ({ ...placeOf(ours), toggle: ours.toggle, expectedVersion: 1, enabled: false }),
  },
  "settings.compare": {
    input: (ours) => ({ ...projectOf(ours), environments: [ours.environment, ours.environment] }),
    names: { "/cursor": "toggle", "/environments/*": "environment" },
  },
  "settings.draftBasis": {
    input: (ours) => ({
      ...placeOf(ours),
      toggle: ours.toggle,
      segments: [ours.segment],
      prerequisites: [ours.needed],
    }),
    names: { "/segments/*": "segment", "/prerequisites/*": "toggle" },
  },
  "settings.history": { input: (ours) => ({ ...placeOf(ours), toggle: ours.toggle }) },
  "segments.get": {
    input: (ours) => ({ ...projectOf(ours), key: ours.segment }),
    names: { "/key": "segment" },
  },
  "segments.list": { input: projectOf, names: { "/cursor": "segment" } },
  "segments.create": {
    input: (ours) => ({
      ...projectOf(ours),
      key: "fresh",
      include: { list: ours.list },
      condition: `segment('${ours.segment}')`,
    }),
    names: { "/key": "segment" },
  },
  "segments.update": {
    input: (ours) => ({
      ...projectOf(ours),
      key: ours.idleSegment,
      expectedVersion: 1,
      include: { list: ours.list },
      condition: `segment('${ours.segment}')`,
    }),
    names: { "/key": "segment" },
  },
  "segments.archive": {
    input: (ours) => ({ ...projectOf(ours), key: ours.idleSegment, expectedVersion: 1 }),
    names: { "/key": "segment" },
  },
  "segments.uses": {
    input: (ours) => ({ ...projectOf(ours), key: ours.segment }),
    names: { "/key": "segment" },
  },
  "segments.history": {
    input: (ours) => ({ ...projectOf(ours), key: ours.segment }),
    names: { "/key": "segment" },
  },
  "contextAttributes.list": { input: projectOf },
  "contextAttributes.set": {
    input: (ours) => ({ ...projectOf(ours), name: "fresh", type: "string" }),
    names: { "/name": "attribute" },
  },
  "contextAttributes.remove": {
    input: (ours) => ({ ...projectOf(ours), name: ours.idleAttribute }),
    names: { "/name": "attribute" },
  },
  "sdkKeys.issue": {
    input: (ours) => ({ ...placeOf(ours), kind: "pat", name: "Laptop", environments: [placeOf(ours)] }),
  },
  "sdkKeys.rotate": { input: ({ key }) => ({ id: key }), names: { "/id": "key" } },
  "sdkKeys.revoke": { input: ({ key }) => ({ id: key }), names: { "/id": "key" } },
  "sdkKeys.rotateOwn": { input: ({ ownKey }) => ({ id: ownKey }), names: { "/id": "key" } },
  "sdkKeys.revokeOwn": { input: ({ ownKey }) => ({ id: ownKey }), names: { "/id": "key" } },
  "rollouts.list": { input: (ours) => ({ ...placeOf(ours), toggle: ours.toggle }) },
  "rollouts.get": { input: ({ plan }) => ({ id: plan }), names: { "/id": "plan" } },
  "rollouts.exposure": {
    input: ({ plan }) => ({ id: plan, at: new Date(Date.now() - 1000).toISOString() }),
    names: { "/id": "plan" },
  },
  "rollouts.simulate": {
    input: (ours) => ({ ...placeOf(ours), steps: STEPS }),
    names: { "/steps/*/audience": "condition", "/guards/*/key": OWN_GUARD },
  },
  "rollouts.templates": { input: placeOf, names: { "/segment": "segment" } },
  "rollouts.guards": { input: ({ plan }) => ({ id: plan }), names: { "/id": "plan" } },
  "rollouts.create": {
    input: (ours) => ({ ...placeOf(ours), toggle: ours.toggle, variant: "small", steps: STEPS }),
    names: { "/steps/*/audience": "condition", "/guards/*/key": OWN_GUARD },
  },
  "scheduledChanges.list": { input: placeOf, names: { "/cursor": "scheduled" } },
  "scheduledChanges.create": {
    input: (ours) => ({
      ...placeOf(ours),
      toggle: ours.toggle,
      at: later(),
      change: { type: "update", ...rulesOf(ours), ...SETTING },
    }),
    names: { "/change/rules/*/id": OWN_RULE },
  },
  "scheduledChanges.cancel": { input: ({ scheduled }) => ({ id: scheduled }), names: { "/id": "scheduled" } },
  "webhooks.list": { input: projectOf },
  "webhooks.create": {
    input: (ours) => ({
      ...projectOf(ours),
      name: "Chat",
      url: "https://chat.example/hook",
      environments: [ours.environment],
    }),
    names: { "/environments/*": "environment" },
  },
  "webhooks.update": {
    input: (ours) => ({ id: ours.webhook, expectedVersion: 1, environments: [ours.environment] }),
    names: { "/id": "webhook", "/environments/*": "environment" },
  },
  "webhooks.remove": {
    input: ({ webhook }) => ({ id: webhook, expectedVersion: 1 }),
    names: { "/id": "webhook" },
  },
  "webhooks.rotateSecret": { input: ({ webhook }) => ({ id: webhook }), names: { "/id": "webhook" } },
  "webhooks.test": { input: ({ webhook }) => ({ id: webhook }), names: { "/id": "webhook" } },
  "webhooks.deliveries": {
    input: ({ webhook }) => ({ id: webhook }),
    names: { "/id": "webhook", "/cursor": "delivery" },
  },
  "webhooks.replay": {
    input: ({ webhook, delivery }) => ({ id: webhook, delivery }),
    names: { "/id": "webhook", "/delivery": "delivery" },
  },
  "rollouts.setGuardCredential": {
    input: ({ plan, guard }) => ({ id: plan, guard, authorization: "Bearer other" }),
    names: { "/id": "plan", "/guard": OWN_GUARD },
  },
  "rollouts.start": planCommand(({ pendingPlan }) => pendingPlan, 1, { settingVersion: 1 }),
  "rollouts.pause": planCommand(({ plan }) => plan, 2),
  "rollouts.resume": planCommand(({ pausedPlan }) => pausedPlan, 3),
  "rollouts.approve": planCommand(({ heldPlan }) => heldPlan, 3),
  "rollouts.skip": planCommand(({ heldPlan }) => heldPlan, 3),
  "rollouts.rollBack": planCommand(({ heldPlan }) => heldPlan, 3, { toStep: 0 }),
  "rollouts.abort": planCommand(({ plan }) => plan, 2),
  "audit.facets": { input: () => ({}) },
  "audit.list": { input: () => ({}) },
  "audit.export": { input: () => ({ format: "csv", filter: {} }) },
  "audit.getExport": {
    input: ({ auditExport }) => ({ id: auditExport }),
    names: { "/id": "auditExport" },
  },
  "jobs.list": { input: () => ({}), names: { "/before": "job" } },
  "jobs.get": { input: ({ job }) => ({ id: job }), names: { "/id": "job" } },
  "live.changes": { input: projectOf },
  "onboarding.watch": {
    input: (ours) => ({ ...placeOf(ours), keyId: ours.key, toggle: ours.toggle }),
    names: { "/keyId": "key" },
  },
  "jobs.watch": { input: ({ job }) => ({ id: job }), names: { "/id": "job" } },
  "jobs.cancel": { input: ({ job }) => ({ id: job }), names: { "/id": "job" } },
  "jobs.deadLetters": { input: () => ({}), names: { "/before": "deadLetter" } },
  "jobs.replay": { input: ({ deadLetter }) => ({ id: deadLetter }), names: { "/id": "deadLetter" } },
};
