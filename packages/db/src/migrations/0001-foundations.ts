/**
 * What every later migration stands on: the tenant of the running transaction, and the one way to guard a table.
 * Roles and the schema itself are made before the first migration; see `bootstrap.ts`.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`grant usage on schema burgee to burgee_app, burgee_system`.execute(db);

  // A finished transaction-local setting reads as '' on a reused connection, which must not reach the cast.
  await sql`
    create function burgee.app_tenant() returns uuid
      language sql stable parallel safe
      return nullif(current_setting('burgee.tenant_id', true), '')::uuid`.execute(db);

  await sql`
    create function burgee.protect_by_tenant(target regclass) returns void
      language plpgsql set search_path = pg_catalog as $$
    begin
      execute format('alter table %s enable row level security', target);
      execute format('alter table %s force row level security', target);
      execute format(
        'create policy tenant_isolation on %s using (tenant_id = burgee.app_tenant()) with check (tenant_id = burgee.app_tenant())',
        target);
    end $$`.execute(db);

  await sql`
    create function burgee.open_to_system(target regclass) returns void
      language plpgsql set search_path = pg_catalog as $$
    begin
      execute format('create policy system_work on %s to burgee_system using (true) with check (true)', target);
    end $$`.execute(db);

  await sql`
    create function burgee.make_hash_partitions(parent text) returns void
      language plpgsql set search_path = pg_catalog as $$
    begin
      for remainder in 0..15 loop
        execute format('create table burgee.%I partition of burgee.%I for values with (modulus 16, remainder %s)',
          parent || '_h' || lpad(remainder::text, 2, '0'), parent, remainder);
        perform burgee.protect_by_tenant(format('burgee.%I', parent || '_h' || lpad(remainder::text, 2, '0'))::regclass);
      end loop;
    end $$`.execute(db);

  await sql`
    create table burgee.monthly_tables (
      table_name text primary key,
      open_to_system boolean not null
    )`.execute(db);

  // Runs as its owner, since the roles that start processes own nothing and may not create tables. A month whose rows
  // went to the default partition, because nobody made its own in time, stays there: the start must not fail for it.
  await sql`
    create function burgee.make_month_partitions(months_ahead int) returns int
      language plpgsql security definer set search_path = pg_catalog as $$
    declare
      monthly record;
      starts date;
      partition_name text;
      made int := 0;
    begin
      perform pg_advisory_xact_lock(hashtext('burgee.make_month_partitions'));
      for monthly in select table_name, open_to_system from burgee.monthly_tables order by table_name loop
        for ahead in 0..least(greatest(months_ahead, 0), 24) loop
          starts := (date_trunc('month', now() at time zone 'utc') + make_interval(months => ahead))::date;
          partition_name := monthly.table_name || to_char(starts, '_YYYY_MM');
          continue when to_regclass(format('burgee.%I', partition_name)) is not null;
          begin
            execute format('create table burgee.%I partition of burgee.%I for values from (%L) to (%L)',
              partition_name, monthly.table_name, starts, (starts + interval '1 month')::date);
          exception when check_violation then
            continue;
          end;
          perform burgee.protect_by_tenant(format('burgee.%I', partition_name)::regclass);
          if monthly.open_to_system then
            perform burgee.open_to_system(format('burgee.%I', partition_name)::regclass);
          end if;
          made := made + 1;
        end loop;
      end loop;
      return made;
    end $$`.execute(db);

  await sql`
    create function burgee.partition_by_month(parent text, system_too boolean) returns void
      language plpgsql set search_path = pg_catalog as $$
    begin
      execute format('create table burgee.%I partition of burgee.%I default', parent || '_default', parent);
      perform burgee.protect_by_tenant(format('burgee.%I', parent)::regclass);
      perform burgee.protect_by_tenant(format('burgee.%I', parent || '_default')::regclass);
      if system_too then
        perform burgee.open_to_system(format('burgee.%I', parent)::regclass);
        perform burgee.open_to_system(format('burgee.%I', parent || '_default')::regclass);
      end if;
      insert into burgee.monthly_tables values (parent, system_too);
      perform burgee.make_month_partitions(3);
    end $$`.execute(db);

  await sql`revoke execute on all functions in schema burgee from public`.execute(db);
  await sql`grant execute on function burgee.app_tenant() to burgee_app, burgee_system`.execute(db);
  await sql`grant execute on function burgee.make_month_partitions(int) to burgee_app, burgee_system`.execute(
    db,
  );
}
