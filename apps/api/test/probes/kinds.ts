/** What an input may name of a tenant's, and where the database keeps such names. */
import type { Client } from "pg";

/** Each answers the names of one kind that a tenant ($1) has. */
const NAMES = {
  tenant: "select tenant_id::text as name from burgee.tenants where tenant_id = $1",
  tenantName: "select name from burgee.tenants where tenant_id = $1",
  project: "select key as name from burgee.projects where tenant_id = $1",
  environment: "select key as name from burgee.environments where tenant_id = $1",
  toggle: "select key as name from burgee.toggles where tenant_id = $1",
  segment: "select key as name from burgee.segments where tenant_id = $1",
  attribute: "select name from burgee.context_attributes where tenant_id = $1",
  role: "select key as name from burgee.roles where tenant_id = $1",
  user: "select user_id::text as name from burgee.memberships where tenant_id = $1",
  email:
    "select email as name from burgee.users join burgee.memberships using (user_id) where tenant_id = $1",
  session: "select session_id::text as name from burgee.sessions where tenant_id = $1",
  invitation: "select invitation_id::text as name from burgee.invitations where tenant_id = $1",
  grant: "select grant_id::text as name from burgee.grants where tenant_id = $1",
  connection: "select connection_id::text as name from burgee.oidc_connections where tenant_id = $1",
  domain: "select domain as name from burgee.oidc_domains where tenant_id = $1",
  scheduled: "select scheduled_change_id::text as name from burgee.scheduled_changes where tenant_id = $1",
  plan: "select rollout_plan_id::text as name from burgee.rollout_plans where tenant_id = $1",
  job: "select job_id::text as name from burgee.jobs where tenant_id = $1",
  auditExport: "select audit_export_id::text as name from burgee.audit_exports where tenant_id = $1",
  deadLetter: "select dead_letter_id::text as name from burgee.dead_letters where tenant_id = $1",
  key: "select sdk_key_id::text as name from burgee.sdk_keys where tenant_id = $1",
  list: "select encode(hash, 'hex') as name from burgee.segment_lists where tenant_id = $1",
  revision: "select epoch || '.' || revision as name from burgee.rulesets where tenant_id = $1",
  etag: `select '"' || epoch || '.' || revision || '"' as name from burgee.rulesets where tenant_id = $1`,
  scimToken: "select scim_token_id::text as name from burgee.scim_tokens where tenant_id = $1",
  scimUser: "select scim_user_id::text as name from burgee.scim_users where tenant_id = $1",
  scimGroup: "select scim_group_id::text as name from burgee.scim_groups where tenant_id = $1",
  userName: "select user_name as name from burgee.scim_users where tenant_id = $1",
  groupName: "select display_name as name from burgee.scim_groups where tenant_id = $1",
  userFilter: `
    select format('%s eq "%s"', attribute, value) as name
      from burgee.scim_users, lateral (values
        ('userName', user_name), ('id', scim_user_id::text), ('externalId', external_id), ('emails.value', email)) as by (attribute, value)
     where tenant_id = $1`,
  groupFilter: `
    select format('%s eq "%s"', attribute, value) as name
      from burgee.scim_groups join burgee.scim_group_members using (tenant_id, scim_group_id), lateral (values
        ('displayName', display_name), ('id', scim_group_id::text), ('members.value', scim_user_id::text)) as by (attribute, value)
     where tenant_id = $1`,
  memberPath: `
    select format('members[value eq "%s"]', scim_user_id) as name from burgee.scim_users where tenant_id = $1`,
  webhook: "select webhook_id::text as name from burgee.webhooks where tenant_id = $1",
  delivery: "select notice_id::text as name from burgee.webhook_deliveries where tenant_id = $1",
  condition: "select 'segment(''' || key || ''')' as name from burgee.segments where tenant_id = $1",
  actor: "select distinct actor as name from burgee.audit_entries where tenant_id = $1",
  object: "select distinct object_key as name from burgee.audit_entries where tenant_id = $1",
  batch: "select batch_id::text as name from burgee.usage_batches where tenant_id = $1",
  request: "select distinct request_id as name from burgee.audit_entries where tenant_id = $1",
} as const;

export type Kind = keyof typeof NAMES;
export const KINDS: readonly Kind[] = Object.keys(NAMES).filter((name): name is Kind => name in NAMES);

/** Stands in every text of the other tenant's, and nowhere else. */
export const CANARY = "quetzal";
/** As long, and right behind it in any order. */
const NO_CANARY = "quetzam";
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const HASH = /\b[0-9a-f]{64}\b/g;

/** A tenant's names of each kind that nobody else has. */
export async function namesOf(
  admin: Client,
  tenantId: string,
): Promise<ReadonlyMap<Kind, readonly string[]>> {
  const names = new Map<Kind, readonly string[]>();
  for (const kind of KINDS) {
    const { rows } = await admin.query<{ name: string | null }>(NAMES[kind], [tenantId]);
    names.set(
      kind,
      rows.flatMap(({ name }) => (name && nowhere(name) !== name ? [name] : [])),
    );
  }
  return names;
}

/** A name of the same form and length, and of nearly the same place in any order, that nobody has. */
export function nowhere(name: string): string {
  return name
    .replaceAll(CANARY, NO_CANARY)
    .replace(UUID, (id) => `${id.slice(0, 24)}${flipped(id.slice(24))}`)
    .replace(HASH, (hash) => `${hash.slice(0, 32)}${flipped(hash.slice(32))}`);
}

function flipped(digits: string): string {
  return [...digits].map((digit) => (15 - Number.parseInt(digit, 16)).toString(16)).join("");
}
