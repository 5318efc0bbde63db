import { SystemDatabase } from "@burgee/db";
import { Worker } from "bullmq";

/** Lets this process's jobs go sooner when it shows no life, so that a run need not wait for the time that ships. */
export function shortenLocks(lockMs: number): void {
  const original = Reflect.get(Worker.prototype, "createLockManager");
  Reflect.set(Worker.prototype, "createLockManager", function shortened(this: Worker) {
    Object.assign(this.opts, {
      lockDuration: lockMs,
      lockRenewTime: lockMs / 2,
      stalledInterval: Math.ceil(lockMs / 3),
    });
    Reflect.apply(original, this, []);
  });
}

/** The same for plans that a sweep of this process took. */
export function shortenClaims(claimMs: number): void {
  const original = Reflect.get(SystemDatabase.prototype, "claimDueRollouts");
  Reflect.set(SystemDatabase.prototype, "claimDueRollouts", function shortened(this: unknown, limit: number) {
    return Reflect.apply(original, this, [limit, claimMs]);
  });
}
