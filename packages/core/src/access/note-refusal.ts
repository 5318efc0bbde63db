import { appendBounded } from "../audit/append-bounded.ts";
import { AppError } from "../errors/app-error.ts";
import { actorOf, type Caller } from "./caller.ts";

/**
 * Notes in the audit trail that a caller was refused for a permission; any other error it passes over. At most so many a
 * minute of one caller.
 */
export async function noteRefusal({ db, person, requestId }: Caller, error: unknown): Promise<void> {
  if (!(error instanceof AppError) || error.code !== "forbidden") return;
  const { permission } = error.details;
  if (typeof permission !== "string") return;

  const happening = {
    actor: actorOf(person),
    action: "permission.refused",
    object: `permission/${permission}`,
    requestId,
    after: { role: person.access.tenant.role },
  };
  await appendBounded(db, person.tenantId, happening, "actor");
}
