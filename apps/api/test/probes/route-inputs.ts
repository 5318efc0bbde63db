/** The same of each route, whose input is `{ path, query, header, body }`. */
import type { Needed } from "./found-tenants.ts";
import type { Bearer, DeclaredInput } from "./meanings.ts";
import { ENTRANCE, later, OWN_RULE, placeOf, rulesOf, SETTING } from "./our-inputs.ts";

const PROTOCOL: Bearer = { bearer: "a word of the protocol's, the same for everybody" };
const SIGNED: Bearer = { bearer: "part of a link that its tenant's key signed as a whole" };
const SCIM_BODY = { "content-type": "application/scim+json" };

const personOf = ({ domain }: Needed, name: string) => ({
  userName: name,
  emails: [{ value: `${name}@${domain}` }],
});
const scimUserOf = ({ scimUser }: Needed) => ({ path: { id: scimUser } });
const jobOf = ({ job }: Needed) => ({ path: { id: job } });
const webhookOf = ({ webhook }: Needed) => ({ path: { id: webhook } });
const scimGroupOf = ({ scimGroup }: Needed) => ({ path: { id: scimGroup } });

export const ROUTE_INPUTS: Readonly<Record<string, DeclaredInput>> = {
  "POST /v1/toggles": {
    input: (ours) => ({
      query: placeOf(ours),
      body: { ...rulesOf(ours), ...SETTING, key: "fresh", variants: { small: "S", large: "L" } },
    }),
    names: {
      "/body/key": "toggle",
      "/body/rules/*/id": OWN_RULE,
    },
  },
  "GET /v1/toggles": { input: (ours) => ({ query: placeOf(ours) }), names: { "/query/cursor": "toggle" } },
  "GET /v1/toggles/:toggleKey": {
    input: (ours) => ({ path: { toggleKey: ours.toggle }, query: placeOf(ours) }),
    names: { "/path/toggleKey": "toggle", "/query/project": "project", "/query/environment": "environment" },
  },
  "PUT /v1/toggles/:toggleKey": {
    input: (ours) => ({
      path: { toggleKey: ours.toggle },
      query: placeOf(ours),
      header: { "if-match": '"1"' },
      body: { ...rulesOf(ours), ...SETTING },
    }),
    names: {
      "/path/toggleKey": "toggle",
      "/body/rules/*/id": OWN_RULE,
    },
  },
  "PATCH /v1/toggles/:toggleKey": {
    input: (ours) => ({
      path: { toggleKey: ours.toggle },
      query: placeOf(ours),
      header: { "if-match": '"1"' },
      body: { description: "Other" },
    }),
    names: { "/path/toggleKey": "toggle" },
  },
  "DELETE /v1/toggles/:toggleKey": {
    input: (ours) => ({
      path: { toggleKey: ours.toggle },
      query: placeOf(ours),
      header: { "if-match": '"1"' },
    }),
    names: { "/path/toggleKey": "toggle" },
  },
  "POST /v1/evaluate": {
    input: (ours) => ({
      query: placeOf(ours),
      body: { context: { userId: "ada" }, toggles: [ours.toggle] },
    }),
  },
  "GET /v1/evaluate/:revision/:contextHash": {
    input: ({ revision }) => ({
      path: { revision, contextHash: "RBNvo1WzZ4oRRq0W9-hknpT7T8If536DEMBg9hyq_4o" },
      query: { context: "{}" },
    }),
    names: { "/path/revision": "revision" },
  },
  "GET /v1/ruleset": { input: () => ({}), names: { "/header/if-none-match": "etag" } },
  "POST /v1/projects/:project/segment-lists": {
    input: ({ project }) => ({
      path: { project },
      header: { "content-type": "text/plain" },
      body: "ada\nbo",
    }),
  },
  "GET /v1/projects/:project/segment-lists/:hash": {
    input: ({ project, list }) => ({ path: { project, hash: list } }),
  },
  "GET /v1/segments/:hash": {
    input: ({ list }) => ({ path: { hash: list } }),
    names: { "/header/if-none-match": "etag" },
  },
  "GET /v1/stream": {
    input: () => ({ query: { patches: "none" } }),
    names: { "/header/last-event-id": "revision" },
  },
  "GET /v1/scheduled-changes": {
    input: (ours) => ({ query: placeOf(ours) }),
    names: { "/query/cursor": "scheduled", "/query/toggle": "toggle" },
  },
  "POST /v1/scheduled-changes": {
    input: (ours) => ({
      body: {
        ...placeOf(ours),
        toggle: ours.toggle,
        at: later(),
        change: { type: "update", ...rulesOf(ours), ...SETTING },
      },
    }),
    names: { "/body/change/rules/*/id": OWN_RULE },
  },
  "POST /v1/scheduled-changes/:id/cancel": {
    input: ({ scheduled }) => ({ path: { id: scheduled } }),
    names: { "/path/id": "scheduled" },
  },
  "GET /v1/jobs": { input: () => ({}), names: { "/query/before": "job" } },
  "GET /v1/jobs/:id": { input: jobOf, names: { "/path/id": "job" } },
  "GET /v1/jobs/:id/events": { input: jobOf, names: { "/path/id": "job" } },
  "POST /v1/jobs/:id/cancel": { input: jobOf, names: { "/path/id": "job" } },
  "POST /v1/events": {
    input: ({ toggle }) => ({
      body: {
        batchId: "0b9f7c1e-6f0a-4c7e-9a51-1f7f5f0a2d11",
        sdk: { name: "js", version: "1" },
        applied: null,
        counts: [{ toggle, variant: "small", version: 1, count: 1 }],
        events: [{ name: "seen", at: "2026-01-31T12:00:00Z" }],
        unknownKeys: [{ key: "fresh", count: 1 }],
      },
    }),
    names: { "/body/batchId": "batch", "/body/unknownKeys/*/key": "toggle" },
  },
  "GET /v1/webhooks": {
    input: ({ project }) => ({ query: { project } }),
    names: { "/query/project": "project" },
  },
  "POST /v1/webhooks": {
    input: ({ project, environment }) => ({
      body: { project, name: "Chat", url: "https://chat.example/hook", environments: [environment] },
    }),
    names: { "/body/environments/*": "environment" },
  },
  "PATCH /v1/webhooks/:id": {
    input: (ours) => ({
      ...webhookOf(ours),
      header: { "if-match": '"1"' },
      body: { environments: [ours.environment] },
    }),
    names: { "/path/id": "webhook", "/body/environments/*": "environment" },
  },
  "DELETE /v1/webhooks/:id": {
    input: (ours) => ({ ...webhookOf(ours), header: { "if-match": '"1"' } }),
    names: { "/path/id": "webhook" },
  },
  "POST /v1/webhooks/:id/rotate": {
    input: (ours) => ({ ...webhookOf(ours), body: { overlapHours: 1 } }),
    names: { "/path/id": "webhook" },
  },
  "POST /v1/webhooks/:id/test": { input: webhookOf, names: { "/path/id": "webhook" } },
  "GET /v1/webhooks/:id/deliveries": {
    input: webhookOf,
    names: { "/path/id": "webhook", "/query/cursor": "delivery" },
  },
  "POST /v1/webhooks/:id/replay": {
    input: (ours) => ({ ...webhookOf(ours), body: { delivery: ours.delivery } }),
    names: { "/path/id": "webhook", "/body/delivery": "delivery" },
  },
  "POST /v1/audit-exports": { input: () => ({ body: { format: "csv", filter: {} } }) },
  "GET /v1/audit-exports/:id": {
    input: ({ auditExport }) => ({ path: { id: auditExport } }),
    names: { "/path/id": "auditExport" },
  },
  "GET /v1/files/:tenant/:export": {
    input: ({ tenant, auditExport, user }) => ({
      path: { tenant, export: auditExport },
      query: { by: user, expires: "99999999999", signature: "none" },
    }),
    names: {
      "/path/tenant": SIGNED,
      "/path/export": SIGNED,
      "/query/by": SIGNED,
      "/query/signature": SIGNED,
    },
  },
  "GET /problems/:code": { input: () => ({ path: { code: "internal" } }) },
  "GET /sso/:tenant/:connection/callback": {
    input: ({ tenant, connection }) => ({
      path: { tenant, connection },
      query: { state: "none", code: "none" },
    }),
    names: { "/path/tenant": ENTRANCE, "/path/connection": "connection" },
  },

  "GET /scim/v2/ResourceTypes/:id": {
    input: () => ({ path: { id: "User" } }),
    names: { "/path/id": PROTOCOL },
  },
  "GET /scim/v2/Schemas/:id": {
    input: () => ({ path: { id: "urn:ietf:params:scim:schemas:core:2.0:User" } }),
    names: { "/path/id": PROTOCOL },
  },
  "GET /scim/v2/Users": { input: () => ({}), names: { "/query/filter": "userFilter" } },
  "GET /scim/v2/Users/:id": { input: scimUserOf, names: { "/path/id": "scimUser" } },
  "POST /scim/v2/Users": {
    input: (ours) => ({ header: SCIM_BODY, body: personOf(ours, "fresh") }),
    names: { "/body/userName": "userName", "/body/emails/*/value": "email" },
  },
  "PUT /scim/v2/Users/:id": {
    input: (ours) => ({ ...scimUserOf(ours), header: SCIM_BODY, body: personOf(ours, "other") }),
    names: { "/path/id": "scimUser", "/body/userName": "userName", "/body/emails/*/value": "email" },
  },
  "PATCH /scim/v2/Users/:id": {
    input: (ours) => ({
      ...scimUserOf(ours),
      header: SCIM_BODY,
      body: { Operations: [{ op: "replace", path: "userName", value: "other" }] },
    }),
    names: { "/path/id": "scimUser", "/body/Operations/*/value": "userName" },
  },
  "DELETE /scim/v2/Users/:id": { input: scimUserOf, names: { "/path/id": "scimUser" } },
  "GET /scim/v2/Groups": { input: () => ({}), names: { "/query/filter": "groupFilter" } },
  "GET /scim/v2/Groups/:id": { input: scimGroupOf, names: { "/path/id": "scimGroup" } },
  "POST /scim/v2/Groups": {
    input: ({ scimUser }) => ({
      header: SCIM_BODY,
      body: { displayName: "fresh", members: [{ value: scimUser }] },
    }),
    names: { "/body/displayName": "groupName", "/body/members/*/value": "scimUser" },
  },
  "PUT /scim/v2/Groups/:id": {
    input: (ours) => ({
      ...scimGroupOf(ours),
      header: SCIM_BODY,
      body: { displayName: "other", members: [{ value: ours.scimUser }] },
    }),
    names: { "/path/id": "scimGroup", "/body/displayName": "groupName", "/body/members/*/value": "scimUser" },
  },
  "PATCH /scim/v2/Groups/:id": {
    input: (ours) => ({
      ...scimGroupOf(ours),
      header: SCIM_BODY,
      body: {
        Operations: [
          { op: "remove", path: `members[value eq "${ours.scimUser}"]` },
          { op: "add", path: "members", value: [{ value: ours.scimUser }] },
        ],
      },
    }),
    names: {
      "/path/id": "scimGroup",
      "/body/Operations/0/path": "memberPath",
      "/body/Operations/1/value/*/value": "scimUser",
    },
  },
  "DELETE /scim/v2/Groups/:id": { input: scimGroupOf, names: { "/path/id": "scimGroup" } },
};
