/**
 * How a tenant goes: closed while its row in `tenant_deletions` stands, then erased in batches by functions that run as the owner
 * and touch nothing but tenants whose erasure has begun. What stays is a certificate, which names nobody.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.tenant_deletions (
      tenant_id uuid primary key references burgee.tenants,
      receipt_hash bytea not null check (length(receipt_hash) = 32),
      requested_at timestamptz not null default clock_timestamp(),
      due_at timestamptz not null,
      begun_at timestamptz,
      parts jsonb not null default '{}',
      people bigint not null default 0
    )`.execute(db);
  // Who asks how far it is may have lost every membership by then: found by what only they were told.
  await sql`create index tenant_deletions_by_receipt on burgee.tenant_deletions (receipt_hash)`.execute(db);
  await sql`create index tenant_deletions_due on burgee.tenant_deletions (due_at)`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.tenant_deletions')`.execute(db);
  await sql`select burgee.open_to_system('burgee.tenant_deletions')`.execute(db);
  await sql`
    create policy begun_is_final on burgee.tenant_deletions as restrictive for delete to burgee_app
      using (begun_at is null)`.execute(db);
  await sql`grant select, insert, delete on burgee.tenant_deletions to burgee_app`.execute(db);
  await sql`grant select, update (people) on burgee.tenant_deletions to burgee_system`.execute(db);

  await sql`
    create table burgee.deletion_certificates (
      certificate_id uuid primary key default gen_random_uuid(),
      receipt_hash bytea not null check (length(receipt_hash) = 32),
      erased_tenant uuid not null,
      requested_at timestamptz not null,
      begun_at timestamptz not null,
      completed_at timestamptz not null default clock_timestamp(),
      parts jsonb not null,
      people bigint not null
    )`.execute(db);
  await sql`create index deletion_certificates_by_receipt on burgee.deletion_certificates (receipt_hash)`.execute(
    db,
  );
  await sql`alter table burgee.deletion_certificates enable row level security`.execute(db);
  await sql`alter table burgee.deletion_certificates force row level security`.execute(db);
  await sql`select burgee.open_to_system('burgee.deletion_certificates')`.execute(db);
  await sql`grant select, insert on burgee.deletion_certificates to burgee_system`.execute(db);

  await closeTheDoor(db);
  await letErasedGo(db);
  await eraseInOrder(db);
}

/** Whoever changes a tenant holds its row, shared; whoever closes it holds the row alone, and so waits for all of them. */
async function closeTheDoor(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function burgee.enter_tenant(target uuid) returns boolean
      language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      perform set_config('burgee.tenant_id', target::text, true);
      perform from burgee.tenants where tenant_id = target for key share;
      return not exists (select from burgee.tenant_deletions where tenant_id = target);
    end $$`.execute(db);
  await sql`revoke execute on function burgee.enter_tenant(uuid) from public`.execute(db);
  await sql`grant execute on function burgee.enter_tenant(uuid) to burgee_app`.execute(db);
}

/** What is never deleted otherwise, and who may not be deleted otherwise. */
async function letErasedGo(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function burgee.refuse_audit_change() returns trigger
      language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      if tg_op = 'DELETE' and exists (
        select from burgee.tenant_deletions where tenant_id = old.tenant_id and begun_at is not null
      ) then
        return old;
      end if;
      raise exception 'audit entries are never changed or deleted' using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  await sql`
    create or replace function burgee.keep_an_owner() returns trigger
      language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      perform from burgee.tenants where tenant_id = old.tenant_id for no key update;
      if found
        and not exists (select from burgee.memberships where tenant_id = old.tenant_id and role = 'owner')
        and not exists (select from burgee.tenant_deletions where tenant_id = old.tenant_id and begun_at is not null)
      then
        raise exception 'a tenant keeps an owner' using errcode = 'check_violation', constraint = 'tenant_keeps_an_owner';
      end if;
      return null;
    end $$`.execute(db);

  // A person goes with the last of their tenants, and never before.
  await sql`
    create policy in_no_tenant on burgee.users as restrictive for delete to burgee_system
      using (not exists (select from burgee.memberships where memberships.user_id = users.user_id))`.execute(
    db,
  );
  await sql`grant delete on burgee.users to burgee_system`.execute(db);
  // Who has an account of a provider's and is in another tenant too outlives the one that it spoke for; no address finds them.
  await sql`alter table burgee.users drop constraint users_managed_by_fkey`.execute(db);
}

async function eraseInOrder(db: Kysely<unknown>): Promise<void> {
  // Whatever has a tenant_id is found in the catalogue, a table that comes later as well. What is sealed goes first, along with
  // the keys that open it; otherwise what refers to others goes before these, and what refers to people before the memberships.
  await sql`
    create function burgee.erasable_tables() returns table (target regclass)
      language sql stable set search_path = pg_catalog, pg_temp
    begin atomic
      with recursive owned as (
        select c.oid from pg_class c
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
         where c.relnamespace = 'burgee'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
           and c.relname not in ('tenants', 'tenant_deletions')
      ), refers as (
        select distinct f.conrelid as child, f.confrelid as parent from pg_constraint f
         where f.contype = 'f' and f.conrelid <> f.confrelid
           and f.conrelid in (select oid from owned) and f.confrelid in (select oid from owned)
        union
        -- People go with their memberships, and so does what refers to them.
        select f.conrelid, 'burgee.memberships'::regclass from pg_constraint f
         where f.contype = 'f' and f.confrelid = 'burgee.users'::regclass
           and f.conrelid in (select oid from owned) and f.conrelid <> 'burgee.memberships'::regclass
      ), sealed (oid) as (
        select oid from owned where oid = 'burgee.data_keys'::regclass
        union
        select refers.child from sealed join refers on refers.parent = sealed.oid
      ), depth (oid, steps) as (
        select oid, 0 from owned
        union
        select refers.parent, depth.steps + 1 from depth join refers on refers.child = depth.oid where depth.steps < 50
      )
      select depth.oid::regclass from depth
       group by depth.oid
       order by depth.oid in (select oid from sealed) desc, max(depth.steps), depth.oid::regclass::text;
    end`.execute(db);

  await sql`
    create function burgee.begin_erasure(target uuid) returns boolean
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      owned regclass;
      total bigint;
      counted jsonb := '{}';
    begin
      perform set_config('burgee.tenant_id', target::text, true);
      perform from burgee.tenants where tenant_id = target for update;
      perform from burgee.tenant_deletions
        where tenant_id = target and begun_at is null and due_at <= clock_timestamp() for update;
      if not found then
        return false;
      end if;
      delete from burgee.sessions where tenant_id = target;
      for owned in select * from burgee.erasable_tables() loop
        -- Of millions it would take longer than a statement may; erase_some counts on.
        execute format('select count(*) from (select from %s where tenant_id = %L limit 100000) counted', owned, target) into total;
        if total > 0 then
          counted := counted || jsonb_build_object(
            (select relname from pg_class where oid = owned), jsonb_build_object('total', total, 'done', 0));
        end if;
      end loop;
      update burgee.tenant_deletions set begun_at = clock_timestamp(), parts = counted where tenant_id = target;
      return true;
    end $$`.execute(db);

  // One batch of one table. By the rows' places, which one statement sees as they are; a partition at a time, where places are
  // its own. Nothing where somebody else is at it; a null part where nothing is left.
  await sql`
    create function burgee.erase_some(target uuid, most int, out is_mine boolean, out part text, out members uuid[])
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      owned regclass;
      leaf regclass;
      link text;
      gone bigint;
      few int;
    begin
      perform set_config('burgee.tenant_id', target::text, true);
      perform from burgee.tenant_deletions where tenant_id = target and begun_at is not null for update skip locked;
      is_mine := found;
      if not is_mine then
        return;
      end if;
      set constraints burgee.tenant_keeps_an_owner immediate;
      for owned in select * from burgee.erasable_tables() loop
        execute format('select tableoid::regclass from %s where tenant_id = %L limit 1', owned, target) into leaf;
        continue when leaf is null;
        part := (select relname from pg_class where oid = owned);

        for link in
          select a.attname from pg_constraint f, unnest(f.conkey) k join pg_attribute a on a.attnum = k
           where f.contype = 'f' and f.conrelid = owned and f.confrelid = owned and a.attrelid = owned
             and a.attname <> 'tenant_id'
        loop
          execute format(
            'update only %1$s set %2$I = null where ctid = any (array(
               select ctid from only %1$s where tenant_id = %3$L and %2$I is not null limit %4$s))', leaf, link, target, most);
          get diagnostics gone = row_count;
          if gone > 0 then
            return;
          end if;
        end loop;

        -- What is told to lie apart from its row, as it comes, is large.
        few := case when exists (select from pg_attribute where attrelid = leaf and attstorage = 'e')
                    then greatest(most / 100, 1) else most end;
        if owned = 'burgee.memberships'::regclass then
          with erased as (
            delete from burgee.memberships where ctid = any (array(
              select ctid from burgee.memberships where tenant_id = target limit most))
            returning user_id)
          select count(*), array_agg(user_id) into gone, members from erased;
        else
          execute format(
            'delete from only %1$s where ctid = any (array(select ctid from only %1$s where tenant_id = %2$L limit %3$s))',
            leaf, target, few);
          get diagnostics gone = row_count;
        end if;
        update burgee.tenant_deletions set parts = parts || jsonb_build_object(part, jsonb_build_object(
          'total', greatest(coalesce((parts #>> array[part, 'total'])::bigint, 0), coalesce((parts #>> array[part, 'done'])::bigint, 0) + gone),
          'done', coalesce((parts #>> array[part, 'done'])::bigint, 0) + gone)) where tenant_id = target;
        return;
      end loop;
    end $$`.execute(db);

  await sql`
    create function burgee.finish_erasure(target uuid) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      owned regclass;
      is_left boolean;
    begin
      perform set_config('burgee.tenant_id', target::text, true);
      for owned in select * from burgee.erasable_tables() loop
        execute format('select exists (select from %s where tenant_id = %L)', owned, target) into is_left;
        if is_left then
          raise exception 'something of this tenant is left in %', owned using errcode = 'object_not_in_prerequisite_state';
        end if;
      end loop;
      delete from burgee.tenant_deletions where tenant_id = target and begun_at is not null;
      if not found then
        raise exception 'the erasure of this tenant has not begun' using errcode = 'object_not_in_prerequisite_state';
      end if;
      delete from burgee.tenants where tenant_id = target;
    end $$`.execute(db);

  await sql`revoke execute on function burgee.erasable_tables(), burgee.begin_erasure(uuid), burgee.erase_some(uuid, int),
    burgee.finish_erasure(uuid) from public`.execute(db);
  await sql`grant execute on function burgee.begin_erasure(uuid), burgee.erase_some(uuid, int), burgee.finish_erasure(uuid)
    to burgee_system`.execute(db);
}
