/**
 * What keeps an installation going by itself: turns that one worker at a time has, what is kept for how long, which environments are
 * read most; and how far each toggle is in its life.
 */
import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await takeTurns(db);
  await expire(db);
  await followLives(db);
  // How often an environment's SDKs told of themselves says how much it is read.
  await sql`grant select (tenant_id, environment_id, batch_id) on burgee.usage_batches to burgee_system`.execute(
    db,
  );
}

async function takeTurns(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table burgee.upkeep_turns (
      name text primary key check (name ~ '^[a-z][a-z-]{0,63}$'),
      holder uuid,
      held_until timestamptz not null default '-infinity',
      next_at timestamptz not null default '-infinity',
      begun_at timestamptz not null default clock_timestamp(),
      ended_at timestamptz,
      done bigint not null default 0 check (done >= 0),
      total bigint check (total >= 0)
    )`.execute(db);
  await sql`grant select, insert, update on burgee.upkeep_turns to burgee_system`.execute(db);
}

async function expire(db: Kysely<unknown>): Promise<void> {
  await sql`create index tracked_events_by_arrival on burgee.tracked_events (received_at)`.execute(db);
  await sql`create index dead_letters_by_age on burgee.dead_letters (created_at)`.execute(db);

  // The trail of audits is no such table: it stays as long as its tenant does.
  await sql`alter table burgee.monthly_tables add column may_expire boolean not null default false`.execute(
    db,
  );
  await sql`
    update burgee.monthly_tables set may_expire = true
     where table_name in ('outbox', 'toggle_usage', 'unknown_toggle_usage', 'tracked_events', 'usage_drops')`.execute(
    db,
  );

  // Locks it and leaves the rest to its caller, who sees rows, as the owner does not. Whoever is in the way is not waited for: those who
  // come after would wait as well. Months that are being made, or dropped elsewhere, are another one's turn.
  await sql`
    create function burgee.lock_expired_month(parent text, before date) returns date
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    declare
      oldest date;
    begin
      perform from burgee.monthly_tables where table_name = parent and may_expire;
      if not found then
        raise exception 'the months of % are kept', parent using errcode = 'insufficient_privilege';
      end if;
      if not pg_try_advisory_xact_lock(hashtext('burgee.make_month_partitions')) then
        return null;
      end if;
      select min(to_date(right(c.relname, 7), 'YYYY_MM')) into oldest
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = format('burgee.%I', parent)::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$';
      if oldest is null or oldest >= least(before, (date_trunc('month', now() at time zone 'utc'))::date) then
        return null;
      end if;
      perform set_config('lock_timeout', '200ms', true);
      execute format('lock table only burgee.%I, only burgee.%I in access exclusive mode', parent, parent || to_char(oldest, '_YYYY_MM'));
      return oldest;
    exception when lock_not_available then
      return null;
    end $$`.execute(db);
  await sql`
    create function burgee.drop_expired_month(parent text, month date) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
    begin
      perform from burgee.monthly_tables where table_name = parent and may_expire;
      if not found or month >= date_trunc('month', now() at time zone 'utc') then
        raise exception 'the month % of % is kept', month, parent using errcode = 'insufficient_privilege';
      end if;
      execute format('drop table burgee.%I', parent || to_char(month, '_YYYY_MM'));
    end $$`.execute(db);
  await sql`
    revoke execute on function burgee.lock_expired_month(text, date), burgee.drop_expired_month(text, date) from public`.execute(
    db,
  );
  await sql`
    grant execute on function burgee.lock_expired_month(text, date), burgee.drop_expired_month(text, date) to burgee_system`.execute(
    db,
  );

  await sql`grant delete on burgee.outbox, burgee.dead_letters to burgee_system`.execute(db);
  await sql`grant select (tenant_id, batch_id, position) on burgee.tracked_events to burgee_system`.execute(
    db,
  );
  await sql`
    grant select (tenant_id, environment_id, toggle_id, hour, variant, version) on burgee.toggle_usage to burgee_system`.execute(
    db,
  );
  await sql`
    grant select (tenant_id, environment_id, day, toggle_key) on burgee.unknown_toggle_usage to burgee_system`.execute(
    db,
  );
}

async function followLives(db: Kysely<unknown>): Promise<void> {
  await sql`alter table burgee.toggles add column expected_end date`.execute(db);
  await sql`
    alter table burgee.projects
      add column settled_after_days int not null default 30 check (settled_after_days between 1 and 3650),
      add column unseen_after_days int not null default 30 check (unseen_after_days between 1 and 3650)`.execute(
    db,
  );
  await sql`
    create table burgee.toggle_lives (
      tenant_id uuid not null,
      toggle_id uuid not null,
      stage text not null check (stage in ('new', 'live', 'never_seen', 'fully_on', 'fully_off', 'past_end')),
      stage_since timestamptz not null,
      last_seen_at timestamptz,
      stale_since timestamptz,
      looked_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, toggle_id),
      foreign key (tenant_id, toggle_id) references burgee.toggles
    )`.execute(db);
  await sql`select burgee.protect_by_tenant('burgee.toggle_lives')`.execute(db);
  await sql`grant select, insert, update, delete on burgee.toggle_lives to burgee_app`.execute(db);
}
