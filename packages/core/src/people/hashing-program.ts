/** The program of the process that hashes passwords: it answers each message by one, and ends with who started it. */
import { setPriority } from "node:os";
import { hash, verify } from "@node-rs/argon2";

/** What is asked of it. */
export type HashingTask =
  | { readonly kind: "hash"; readonly plain: string; readonly cost: Parameters<typeof hash>[1] }
  | { readonly kind: "verify"; readonly plain: string; readonly hashed: string };

/** A tenth of a core's time where others want all of it: enough to let somebody in, in a second or two. */
const PRIORITY = 10;

setPriority(PRIORITY);
// It is told when to end, and not by who ends a whole group: its parent may still answer.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
process.on("message", async ({ id, task }: { readonly id: number; readonly task: HashingTask }) => {
  try {
    process.send?.({ id, value: await perform(task) });
  } catch (error) {
    process.send?.({ id, failure: error instanceof Error ? error.message : "It did not hash." });
  }
});

function perform(task: HashingTask): Promise<string | boolean> {
  return task.kind === "hash" ? hash(task.plain, task.cost) : verify(task.hashed, task.plain);
}
