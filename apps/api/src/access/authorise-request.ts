import { AppError, authorise, type Caller, type DeclaredAccess, SERVER_KEY_PERMISSIONS } from "@burgee/core";

/**
 * Lets a request pass that may do what its route declares. A server's key is held to its own environment by what answers.
 * @param caller undefined for a server's key
 * @throws {AppError} "forbidden", and what `authorise` throws
 */
export function authoriseRequest(
  caller: Caller | undefined,
  needs: DeclaredAccess,
  readInput: () => Promise<unknown>,
): Promise<void> | undefined {
  if (caller) return authorise(caller, needs, readInput);
  const permission = typeof needs === "string" ? undefined : needs.permission;
  if (typeof permission === "string" && SERVER_KEY_PERMISSIONS.has(permission)) return undefined;
  throw new AppError("forbidden", "This is for people; a server key reads toggles and segments only.", {
    details: { permission },
  });
}
