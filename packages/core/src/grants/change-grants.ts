import type { Role, Writers } from "@burgee/db";
import { z } from "zod";
import { accessOf, type Binding, bindingsAround } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { bindableRole, demandHeld, lockAccess, type RoleContent } from "../access/change-access.ts";
import { enterNamedPlace } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { userId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { entityKey } from "../names.ts";

/** A project, or one environment of it. */
const place = { userId, project: entityKey, environment: entityKey.optional() };

export const setGrantInput = z.strictObject({ ...place, role: entityKey });
export const removeGrantInput = z.strictObject(place);
type Target = z.output<typeof removeGrantInput>;

export interface GrantView {
  readonly userId: string;
  readonly project: string;
  readonly environment: string | null;
  /** Null once nothing is granted here any more: what holds around the place holds here too. */
  readonly role: Role | null;
}

/**
 * Gives a member another role in a project or an environment than around it, be it more or less.
 * @throws {AppError} "forbidden", "member_not_found", "project_not_found", "environment_not_found", "limit_reached", "invalid_input"
 */
export function setGrant(caller: Caller, input: z.output<typeof setGrantInput>): Promise<GrantView> {
  return change(caller, input, async (writers) => bindableRole(writers, input.role));
}

/** Takes a grant back, so that what holds around its place holds there too. It may be gone already. */
export function removeGrant(caller: Caller, input: Target): Promise<GrantView> {
  return change(caller, input, async () => undefined);
}

async function change(
  { db, person, requestId }: Caller,
  input: Target,
  findRole: (writers: Writers) => Promise<RoleContent | undefined>,
): Promise<GrantView> {
  return db.transact(person.tenantId, async (writers) => {
    const changer = await lockAccess(writers, person);
    const { project, environment } = await enterNamedPlace(writers, changer[0], "member.write", input);
    if (!project) throw new Error("A grant's input names a project.");
    const { projectId } = project;
    const environmentId = environment?.environmentId;
    const member = await writers.members.find(input.userId);
    if (!member) throw new AppError("member_not_found", "There is no such member.");
    const next = await findRole(writers);
    if (next) demandGrantable(member.role, next.role);

    const place = { projectId, environmentId };
    const bindings = bindingsAround(accessOf(member.role, member.bindings), place);
    const granted = bindings.find((binding) => isBoundTo(binding, place));
    const view = { userId: input.userId, project: project.key, environment: environment?.key ?? null };
    if (granted?.role === next?.role) return { ...view, role: next?.role ?? null };

    demandHeld(changer, next ? [...bindings.slice(0, 1), next] : bindings.slice(0, 2), place);
    const at = { userId: input.userId, projectId, environmentId: environmentId ?? null };
    if (next) {
      if (!granted) await demandRoom(writers, input);
      await writers.grants.set({ ...at, role: next.role }, actorOf(person));
    } else {
      await writers.grants.remove(at);
    }
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: next ? "grant.set" : "grant.removed",
      object: `grant/${[input.userId, project.key, ...(environment ? [environment.key] : [])].join("/")}`,
      ...(environmentId && { environmentId }),
      requestId,
      before: granted ? { role: granted.role } : null,
      after: next ? { role: next.role } : null,
    });
    return { ...view, role: next?.role ?? null };
  });
}

function isBoundTo({ place }: Binding, { projectId, environmentId }: Binding["place"]): boolean {
  return place.projectId === projectId && place.environmentId === environmentId;
}

/** @throws {AppError} "invalid_input" */
function demandGrantable(memberRole: Role, role: Role): void {
  if (role === "owner") {
    const message = "Owners own the tenant, and no part of it; grant another role, such as admin.";
    throw refuse([{ pointer: "/role", code: "not_grantable", message }]);
  }
  if (memberRole !== "owner") return;
  const message = "This member is an owner, who may do everything everywhere: a grant would change nothing.";
  throw refuse([{ pointer: "/userId", code: "is_owner", message }]);
}

async function demandRoom({ grants }: Writers, { userId }: Pick<Target, "userId">): Promise<void> {
  if ((await grants.countOfPerson(userId)) < LIMITS.grantsPerPerson) return;
  const message = `A person has at most ${LIMITS.grantsPerPerson} grants; give them a role in a whole project.`;
  throw new AppError("limit_reached", message);
}
