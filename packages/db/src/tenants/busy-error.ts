/** Too much of one tenant's work waits already: nothing of this one was begun, and it may be tried again later. */
export class BusyError extends Error {
  override readonly name = "BusyError";

  constructor() {
    super("Too many transactions of this tenant are waiting, and nothing of this one was begun.");
  }
}
