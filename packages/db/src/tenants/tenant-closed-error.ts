/** The tenant is being deleted: nothing of it changes any more, and nothing of this was begun. */
export class TenantClosedError extends Error {
  override readonly name = "TenantClosedError";

  constructor() {
    super("The tenant is closed, and nothing of this was begun.");
  }
}
