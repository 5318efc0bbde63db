import { AppError } from "../errors/app-error.ts";

export function tenantClosed(): AppError {
  return new AppError(
    "tenant_closed",
    "This tenant is being deleted, and nothing in it changes any more; an owner may keep it while its time has not come.",
  );
}
