import type { Attributes } from "../context.ts";
import type { Decision } from "../decision.ts";
import type { Reason } from "../evaluation.ts";
import type { ToggleRun } from "../toggle-run.ts";

/** Asks a step of a toggle: what it decides, nothing where it passes the context on, or a text of why it could not be asked. */
export type Chooser = (context: Attributes, run: ToggleRun) => Decision | string | undefined;

/**
 * One way to serve. `served` gives the decision for a variant, made once, so that choosing allocates nothing.
 * To add one, write such an object in a file of its own and name it in the table (compile-serve.ts).
 */
export interface Strategy<Serve> {
  /** Why what it serves is served. */
  readonly reason: Reason;
  readonly compile: (serve: Serve, served: (variant: string) => Decision) => Chooser;
}
