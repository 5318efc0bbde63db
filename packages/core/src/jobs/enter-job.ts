/** Who may see and cancel a job: who began it, and whoever holds in the tenant what its kind asks for. */
import type { Job, JobId, Readers, SeenBy } from "@burgee/db";
import { isAllowed, isWithinKey, TENANT } from "../access/access.ts";
import { actorOf, type Person } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { LONG_JOBS, longJobOf } from "./long-jobs.ts";

/** @throws {AppError} "job_not_found", also for one that the person may not see */
export async function enterJob(
  readers: Pick<Readers, "jobs">,
  person: Person,
  { id }: { readonly id: JobId },
): Promise<Job> {
  const job = await readers.jobs.find(id);
  if (job && maySeeJob(person, job)) return job;
  throw new AppError("job_not_found", "There is no such job.");
}

/** What narrows a list to the jobs that a person may see. */
export function seenBy(person: Person): SeenBy {
  const kinds = LONG_JOBS.filter(({ seenWith }) => isAllowed(person.access, seenWith, TENANT));
  const own = LONG_JOBS.filter(({ seenWith }) => isWithinKey(person.access, seenWith, TENANT));
  return { actor: actorOf(person), ownKinds: kindsOf(own), kinds: kindsOf(kinds) };
}

/** By a key that was issued for less, its person sees no more of their own than the key is for. */
export function maySeeJob(person: Person, { kind, createdBy }: Pick<Job, "kind" | "createdBy">): boolean {
  const definition = longJobOf(kind);
  if (!definition) return false;
  const { seenWith } = definition;
  if (isAllowed(person.access, seenWith, TENANT)) return true;
  return createdBy === actorOf(person) && isWithinKey(person.access, seenWith, TENANT);
}

function kindsOf(jobs: readonly { readonly kind: string }[]): readonly string[] {
  return jobs.map(({ kind }) => kind);
}
