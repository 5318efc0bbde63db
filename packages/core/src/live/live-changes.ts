/** What somebody hears of others' changes while they look at a project: that something changed and by whom, and nothing of what it holds. */
import type {
  Database,
  EnvironmentId,
  ListedAuditEntry,
  Project,
  SystemDatabase,
  TenantId,
} from "@burgee/db";
import { z } from "zod";
import { isAllowed, isAllowedSomewhere, TENANT } from "../access/access.ts";
import type { Caller, Person } from "../access/caller.ts";
import { enterPartOfProject } from "../access/scope.ts";
import { userId } from "../ids.ts";
import { entityKey } from "../names.ts";

export const watchChangesInput = z.strictObject({ project: entityKey });

export interface LiveChange {
  /** Of its entry in the audit trail: each is later than the one before. */
  readonly seq: number;
  readonly at: string;
  /** As the audit trail has it. */
  readonly actor: string;
  /** A person's; null for what no person did. */
  readonly actorName: string | null;
  /** Such as `toggle.enabled`. */
  readonly action: string;
  /** What it happened to: its kind, such as `toggle`, and its key or id. */
  readonly objectKind: string;
  readonly objectKey: string;
  readonly environment: string | null;
  readonly revision: number | null;
}

/** With where it happened, by which it is decided who hears of it. */
export interface PlacedChange extends LiveChange {
  readonly project: string | null;
  readonly environmentId: EnvironmentId | null;
}

/** What came since, the oldest first; undefined where that is too much or too long ago to be told one by one. */
export interface ChangesSince {
  readonly head: number;
  readonly changes: readonly PlacedChange[] | undefined;
}

/** The trail is read in its newest part alone. */
const MOST_READ = 100;
const OLDEST_READ_MS = 10 * 60_000;

/** Kinds of objects that whoever reads toggles may know of. All else is for who reads the audit trail. */
const OF_READERS: ReadonlySet<string> = new Set([
  ...["toggle", "segment", "segment_list", "environment", "project", "context-attribute"],
  ...["rollout-plan", "scheduled-change"],
]);

export type WatchedProject = Pick<Project, "key" | "projectId">;

/** The project that the caller may watch. @throws {AppError} "forbidden", "project_not_found" */
export async function enterWatchedProject(
  { db, person }: Pick<Caller, "db" | "person">,
  input: z.output<typeof watchChangesInput>,
): Promise<WatchedProject> {
  const nowhere = { ...person, home: undefined };
  return db.read(person.tenantId, (readers) => enterPartOfProject(readers, nowhere, "toggle.read", input));
}

/** Where the tenant's trail ends, and what it tells since `after`. */
export async function changesSince(
  { db, system }: { readonly db: Database; readonly system: SystemDatabase },
  tenantId: TenantId,
  after: number | undefined,
): Promise<ChangesSince> {
  const { head, entries } = await db.read(tenantId, async ({ audit }) => {
    const { seq: head = 0 } = (await audit.findHead()) ?? {};
    if (after === undefined || head <= after || head - after > MOST_READ) return { head, entries: [] };
    const from = new Date(Date.now() - OLDEST_READ_MS);
    // Some may be written between the two readings.
    const newest = await audit.list({ filter: { from }, before: undefined, limit: 2 * MOST_READ });
    return { head, entries: newest.filter(({ seq }) => seq > after).reverse() };
  });
  if (after === undefined || head <= after) return { head, changes: [] };
  if (entries[0]?.seq !== after + 1) return { head, changes: undefined };

  const names = await namesOf(system, entries);
  return { head: entries.at(-1)?.seq ?? head, changes: entries.map((entry) => changeOf(entry, names)) };
}

/** Whether somebody hears of a change, of a project that they may watch. */
export function hearsOf(
  { access }: Person,
  { projectId, key }: WatchedProject,
  change: PlacedChange,
): boolean {
  const { project, objectKind, environmentId } = change;
  if (project !== key) return isAllowed(access, "audit.read", TENANT) && project === null;
  if (!OF_READERS.has(objectKind)) return isAllowed(access, "audit.read", TENANT);
  return environmentId === null
    ? isAllowedSomewhere(access, "toggle.read", { projectId })
    : isAllowed(access, "toggle.read", { projectId, environmentId });
}

/** What leaves the process. */
export function liveChangeOf({ project: _, environmentId: __, ...change }: PlacedChange): LiveChange {
  return change;
}

function changeOf(entry: ListedAuditEntry, names: ReadonlyMap<string, string>): PlacedChange {
  const parts = entry.object.split("/");
  return {
    seq: entry.seq,
    at: entry.createdAt.toISOString(),
    actor: entry.actor,
    actorName: names.get(entry.actor) ?? null,
    action: entry.action,
    objectKind: parts[0] ?? "",
    objectKey: parts.at(-1) ?? "",
    environment: entry.environment,
    revision: entry.revision,
    project: entry.project,
    environmentId: entry.environmentId,
  };
}

async function namesOf(
  system: SystemDatabase,
  entries: readonly ListedAuditEntry[],
): Promise<ReadonlyMap<string, string>> {
  const actors = [...new Set(entries.map(({ actor }) => actor))].filter((actor) =>
    actor.startsWith(OF_PERSON),
  );
  const named = await Promise.all(
    actors.map(async (actor) => {
      const { data: id } = userId.safeParse(actor.slice(OF_PERSON.length));
      const user = id && (await system.credentials.findUserById(id));
      return user ? ([[actor, user.name]] as const) : [];
    }),
  );
  return new Map(named.flat());
}

const OF_PERSON = "user:";
