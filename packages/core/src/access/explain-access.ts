import type { Role, UserId } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { userId } from "../ids.ts";
import { accessOf, bindingFor, bindingsAround, levelOf } from "./access.ts";
import type { Caller } from "./caller.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import { enterAsSelf, enterNamedPlace, environmentScope, type NamedPlace } from "./scope.ts";

export const explainAccessInput = z.strictObject({
  /** Left out, whoever asks. */
  userId: userId.optional(),
  permission: z.enum(PERMISSIONS),
  /** The place; left out, the tenant. */
  ...environmentScope,
});
type Input = z.output<typeof explainAccessInput>;

export interface AccessExplanation {
  readonly userId: UserId;
  readonly permission: Permission;
  readonly project: string | null;
  readonly environment: string | null;
  readonly isAllowed: boolean;
  /** The roles that were looked at, the one that decides first. */
  readonly bindings: readonly BindingView[];
  /** The same in a sentence. */
  readonly words: string;
}

export interface BindingView {
  readonly role: Role;
  readonly boundTo: "tenant" | "project" | "environment";
  readonly hasPermission: boolean;
  readonly decides: boolean;
}

/**
 * Why somebody may do something somewhere, or may not.
 * @throws {AppError} "member_not_found"; for another person, and for a place of which the caller knows nothing, "forbidden"
 */
export async function explainAccess(
  { db, person }: Pick<Caller, "db" | "person">,
  input: Input,
): Promise<AccessExplanation> {
  const subject = input.userId ?? person.userId;
  return db.read(person.tenantId, async (readers) => {
    const named =
      subject === person.userId
        ? await enterAsSelf(readers, person, input)
        : await enterNamedPlace(readers, person, "member.read", input);
    const member = await readers.members.find(subject);
    if (!member) throw new AppError("member_not_found", "There is no such member.");

    const place = { projectId: named.project?.projectId, environmentId: named.environment?.environmentId };
    const { permission } = input;
    const access = accessOf(member.role, member.bindings);
    const deciding = bindingFor(access, place);
    const others = bindingsAround(access, place).filter((binding) => binding !== deciding);
    const bindings = [deciding, ...others].map((binding) => ({
      role: binding.role,
      boundTo: levelOf(binding.place),
      hasPermission: binding.permissions.has(permission),
      decides: binding === deciding,
    }));
    const isAllowed = deciding.permissions.has(permission);
    return {
      userId: subject,
      permission,
      project: named.project?.key ?? null,
      environment: named.environment?.key ?? null,
      isAllowed,
      bindings,
      words: wordsOf({ permission, named, isAllowed, bindings }),
    };
  });
}

function wordsOf({
  permission,
  named: { project, environment },
  isAllowed,
  bindings: [deciding, ...others],
}: Pick<AccessExplanation, "permission" | "isAllowed" | "bindings"> & {
  readonly named: NamedPlace;
}): string {
  const where = project ? [project.key, environment?.key].filter(Boolean).join("/") : "the tenant";
  const has = (binding: BindingView | undefined) => (binding?.hasPermission ? "has" : "lacks");
  const because =
    deciding?.role === "owner"
      ? "an owner may do everything everywhere"
      : `the role ${deciding?.role}, bound to the ${deciding?.boundTo}, is the most exact there and ${has(deciding)} it`;
  const aside = others.map((other) => `${other.role}, bound to the ${other.boundTo}, which ${has(other)} it`);
  const rest = aside.length > 0 ? ` Not asked: ${aside.join("; ")}.` : "";
  return `${permission} in ${where}: ${isAllowed ? "allowed" : "not allowed"}, since ${because}.${rest}`;
}
