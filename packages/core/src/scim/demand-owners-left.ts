import type { SystemDatabase, UserId, Writers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

/**
 * Once a directory took owners away: another one is left, and where people come in by a provider alone, one who comes in
 * while that is away. The caller holds the lock that orders changes of access.
 * @throws {AppError} "last_owner", "break_glass_owner"
 */
export async function demandOwnersLeft(
  { system }: { readonly system: SystemDatabase },
  { members, connections }: Writers,
  taken: readonly UserId[],
): Promise<void> {
  const left = await members.listOwners();
  if (left.length === 0) {
    throw new AppError(
      "last_owner",
      "This is the tenant's last owner, whom no directory takes away: make somebody else one in Burgee first.",
    );
  }
  if (!(await connections.list()).some(({ isEnforced }) => isEnforced)) return;
  const selfReliant = await system.credentials.listSelfReliant([...left, ...taken]);
  if (!selfReliant.some((userId) => taken.includes(userId))) return;
  if (selfReliant.some((userId) => left.includes(userId))) return;
  throw new AppError(
    "break_glass_owner",
    "This is the last owner who comes in while the provider is away (by password and second factor), whom no directory takes away: set up another one first.",
  );
}
