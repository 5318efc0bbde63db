/** Walks the catalogue of a database for anything that would let one tenant's rows reach another. */
import type { ClientBase } from "pg";

/** Tables whose rows belong to no tenant, and that hold nothing of one. */
const OF_NOBODY = [
  "foundings",
  "monthly_tables",
  "upkeep_turns",
  "kysely_migration",
  "kysely_migration_lock",
];

/** Tables for the system alone: of people, who may be in several tenants, and of tenants that are gone. */
const OF_THE_SYSTEM = [
  "users",
  "second_factors",
  "recovery_codes",
  "pending_sign_ins",
  "guesses",
  "known_addresses",
  "deletion_certificates",
];

/** Indexes that find a tenant by what its caller brings, or sweep all tenants, with those of their partitions; none is unique. */
const NOT_LED_BY_TENANT = [
  "sdk_keys_by_hash",
  "scim_tokens_by_hash",
  "invitations_by_hash",
  "sessions_by_hash",
  "sessions_by_user",
  "memberships_by_user",
  "rollout_plans_due",
  "scheduled_changes_due",
  "oidc_domains_proved",
  "oidc_attempts_by_end",
  "tenant_deletions_by_receipt",
  "tenant_deletions_due",
  "usage_batches_by_arrival",
  "tracked_events_by_arrival",
  "dead_letters_by_age",
  "notices_by_age",
  "notice_mails_due",
  "jobs_due",
  "jobs_ended",
];

/** Ids of what may be gone by now: a history outlives what it tells of. A batch's is an SDK's own, and is forgotten first. */
const OUTLIVING = [
  "audit_entries.environment_id",
  "outbox.toggle_id",
  "outbox.segment_id",
  "usage_batches.batch_id",
  "tracked_events.batch_id",
  "event_intake.batch_id",
];

/** Whatever requests put here stays as it is. */
const ONLY_ADDED_TO = [
  "audit_entries",
  "setting_versions",
  "segment_versions",
  "segment_revisions",
  "rollout_steps",
  "usage_batches",
  "tracked_events",
  "event_intake",
  "notices",
  "foundings",
];

const CHECKS: readonly string[] = [
  `select c.relname || ': holds neither tenant_id nor a reason why not' from tables c
    where not c.has_tenant and not c.relname = any ($1::text[] || $3::text[])`,

  `select c.relname || ': row-level security is off' from guarded c where not c.relrowsecurity`,
  `select c.relname || ': row-level security is not forced' from guarded c where not c.relforcerowsecurity`,
  `select c.relname || ': no policy holds reads and writes to the tenant' from tables c
    where c.has_tenant and not exists (
      select from pg_policy p
       where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*' and p.polroles = '{0}'
         and pg_get_expr(p.polqual, p.polrelid) = '(tenant_id = burgee.app_tenant())'
         and pg_get_expr(p.polwithcheck, p.polrelid) = '(tenant_id = burgee.app_tenant())')`,
  `select c.relname || ': policy ' || p.polname || ' opens it to more than burgee_system'
     from tables c join pg_policy p on p.polrelid = c.oid
    where p.polpermissive and p.polname <> 'tenant_isolation' and p.polroles <> array['burgee_system'::regrole::oid]
      and not (p.polcmd = 'a' and p.polroles = array['burgee_owner'::regrole::oid])
      and not (p.polroles = array['burgee_owner'::regrole::oid]
               and pg_get_expr(p.polqual, p.polrelid) = '(managed_by = burgee.app_tenant())')`,
  `select c.relname || ': burgee_app may read what people keep secret' from tables c
    where c.relname = any ($3) and has_any_column_privilege('burgee_app', c.oid, 'select')`,

  `select c.relname || ': no primary key' from tables c
    where not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)`,
  `select c.relname || ': index ' || i.indexrelid::regclass::text || ' is not led by tenant_id'
     from tables c join pg_index i on i.indrelid = c.oid
    where c.has_tenant and i.indkey[0] <> c.tenant_column
      and (i.indisunique or not (
        select relname from pg_class left join pg_inherits on inhrelid = i.indexrelid
         where oid = coalesce(inhparent, i.indexrelid)) = any ($2))`,
  `select c.relname || ': foreign key ' || f.conname || ' is not led by tenant_id'
     from tables c join pg_constraint f on f.conrelid = c.oid and f.contype = 'f'
    where c.has_tenant and f.confrelid <> 'burgee.users'::regclass
      and (f.conkey[1] <> c.tenant_column or f.confkey[1] is distinct from
            (select attnum from pg_attribute where attrelid = f.confrelid and attname = 'tenant_id'))`,

  `select c.relname || ': ' || a.attname || ' is held to no row of the tenant''s by a foreign key'
     from tables c join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'uuid'::regtype and right(a.attname::text, 3) = '_id'
    where c.has_tenant and not c.relispartition and a.attnum <> c.tenant_column
      and c.relname not like '%' || left(a.attname::text, -3) || 's' and not c.relname || '.' || a.attname = any ($4)
      and not exists (
        select from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and a.attnum = any (f.conkey))`,

  `select c.relname || ': ' || a.privilege_type || ' for burgee_app, of what is only added to'
     from tables c, aclexplode(c.relacl) a
    where c.relname = any ($5) and a.grantee = 'burgee_app'::regrole and a.privilege_type not in ('SELECT', 'INSERT')`,
  `select c.relname || ': ' || a.privilege_type || ' of ' || t.attname || ' for burgee_app, of what is only added to'
     from tables c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
    where c.relname = any ($5) and a.grantee = 'burgee_app'::regrole and a.privilege_type not in ('SELECT', 'INSERT')`,
  `select c.relname || ': a partition with grants of its own to ' || a.grantee::regrole::text
     from tables c, aclexplode(c.relacl) a where c.relispartition and a.grantee <> c.relowner`,
  `select c.relname || ': ' || a.privilege_type || ' for ' || a.grantee::regrole::text
     from tables c, aclexplode(c.relacl) a
    where a.grantee <> c.relowner
      and (a.grantee = 0 or a.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))`,
  `select c.relname || ': has ' || count(h.inhrelid) || ' partitions, not 16'
     from tables c join pg_partitioned_table p on p.partrelid = c.oid and p.partstrat = 'h'
     left join pg_inherits h on h.inhparent = c.oid group by c.relname having count(h.inhrelid) <> 16`,
  `select c.relname || ': is owned by ' || c.relowner::regrole::text from tables c
    where c.relowner <> 'burgee_owner'::regrole`,

  `select rolname || ': has more power than to serve' from pg_roles
    where rolname in ('burgee_app', 'burgee_system')
      and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)`,
  `select member::regrole::text || ': may act as ' || roleid::regrole::text from pg_auth_members
    where member in ('burgee_app'::regrole, 'burgee_system'::regrole)`,
  `select refobjid::regrole::text || ': owns ' || classid::regclass::text || ' ' || objid from pg_shdepend
    where refclassid = 'pg_authid'::regclass and deptype = 'o'
      and dbid in (0, (select oid from pg_database where datname = current_database()))
      and refobjid in ('burgee_app'::regrole, 'burgee_system'::regrole)`,

  `select relname || ': a view that reads as its owner' from pg_class
    where relnamespace = 'burgee'::regnamespace
      and (relkind = 'm' or relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false))`,
  `select proname || ': runs as its owner without a search_path that ends with pg_temp' from pg_proc
    where pronamespace = 'burgee'::regnamespace and prosecdef
      and not exists (select from unnest(proconfig) setting where setting like 'search_path=%, pg_temp')`,
];

const WITH_TABLES = `
  with tables as (
    select c.*, t.attnum as tenant_column, t.attnum is not null as has_tenant
      from (select oid, relname, relkind, relrowsecurity, relforcerowsecurity, relispartition, relowner, relacl
              from pg_class where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p')) c
      left join pg_attribute t on t.attrelid = c.oid and t.attname = 'tenant_id' and not t.attisdropped
  ), guarded as (select * from tables where has_tenant or relname = any ($3)),
  named as (select $1::text[], $2::text[], $3::text[], $4::text[], $5::text[])`;

/** What is wrong, one sentence each, beginning with the name of the table or role. Empty when nothing is. */
export async function checkCatalogue(client: ClientBase): Promise<readonly string[]> {
  await client.query("set search_path = pg_catalog");
  const found: string[] = [];
  for (const check of CHECKS) {
    const { rows } = await client.query<[string]>({
      text: `${WITH_TABLES} ${check}`,
      values: [OF_NOBODY, NOT_LED_BY_TENANT, OF_THE_SYSTEM, OUTLIVING, ONLY_ADDED_TO],
      rowMode: "array",
    });
    found.push(...rows.map(([problem]) => problem));
  }
  return found.sort();
}

/** What our roles may do, one line each: role, table (and column), privileges. Partitions have none of their own. */
export async function listGrants(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ line: string }>(
    `with granted as (
       select relname::text as named, (aclexplode(relacl)).* from pg_class where relnamespace = 'burgee'::regnamespace
       union all
       select relname || '.' || attname, (aclexplode(attacl)).* from pg_class join pg_attribute on attrelid = pg_class.oid
        where relnamespace = 'burgee'::regnamespace and attnum > 0 and not attisdropped
       union all
       select proname || '()', (aclexplode(proacl)).* from pg_proc where pronamespace = 'burgee'::regnamespace)
     select grantee::regrole::text || ' ' || named || ': ' || string_agg(privilege_type, ', ' order by privilege_type) as line
       from granted where grantee <> 'burgee_owner'::regrole group by grantee, named order by 1`,
  );
  return rows.map(({ line }) => line);
}
