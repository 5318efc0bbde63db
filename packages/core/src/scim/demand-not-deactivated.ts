import type { Readers } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

/** Whom a directory sent away, nobody brings back by an invitation. @throws {AppError} "member_deactivated" */
export async function demandNotDeactivated({ scimUsers }: Readers, email: string): Promise<void> {
  const user = await scimUsers.findByEmail(email);
  if (!user?.isDeactivated) return;
  throw new AppError(
    "member_deactivated",
    "The tenant's directory deactivated this person; it alone brings them back.",
  );
}
