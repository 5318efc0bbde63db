import {
  applyPatch,
  type Evaluator,
  prepare,
  type ReadError,
  type Ruleset,
  readPatch,
  readRuleset,
} from "@burgee/engine";
import { SdkError } from "../sdk-error.ts";
import { changedKeys } from "./changed-keys.ts";

/**
 * What moved when the client took a newer ruleset.
 *
 * @example
 * client.on("change", ({ keys, version }) => console.log(`${keys.join(", ")} changed, now at ${version}`));
 */
export interface RulesetChange {
  /** Toggles whose definition is new, gone or different; may be empty. */
  readonly keys: readonly string[];
  /** `<epoch>.<revision>` of the ruleset that is now held. */
  readonly version: string;
  /** Begins anew when the service's database is restored; revisions compare only within one. */
  readonly epoch: string;
  readonly revision: number;
}

/** `same` confirms what is held, `older` is passed over, and `gap` is a patch that does not continue ours. */
export type Acceptance =
  | { readonly type: "changed"; readonly change: RulesetChange }
  | { readonly type: "same" }
  | { readonly type: "older" }
  | { readonly type: "refused"; readonly error: SdkError }
  | { readonly type: "gap" };

/**
 * The ruleset in use, and the rules by which another takes its place: newer within its epoch, or a whole one
 * of another epoch. What can't be read is refused, and the last good one stays.
 */
export class HeldRuleset {
  #evaluator: Evaluator | undefined;
  #origin: "live" | "bootstrap" = "bootstrap";

  get evaluator(): Evaluator | undefined {
    return this.#evaluator;
  }

  /** Whether the service itself sent (or confirmed) what is held. */
  get isLive(): boolean {
    return this.#evaluator !== undefined && this.#origin === "live";
  }

  /** `<epoch>.<revision>`, or undefined before the first ruleset. */
  get version(): string | undefined {
    return this.#evaluator && versionOf(this.#evaluator.ruleset);
  }

  /** Takes the ruleset that the program brought with it. */
  bootstrap(ruleset: unknown): Acceptance {
    return this.#take(ruleset, "bootstrap");
  }

  /** Takes what the service sent for a whole ruleset. */
  put(ruleset: unknown): Acceptance {
    return this.#take(ruleset, "live");
  }

  /** Takes what the service sent for a patch. */
  patch(json: unknown): Acceptance {
    const read = readPatch(json);
    if (!read.ok) return { type: "refused", error: refusal("patch", read.error) };

    const { patch } = read;
    const held = this.#evaluator?.ruleset;
    if (!held || !this.isLive) return { type: "gap" };
    if (patch.epoch === held.epoch && patch.to <= held.revision) return { type: "older" };
    const applied = applyPatch(held, patch);
    if (!applied.ok) return { type: "gap" };
    return this.#use(applied.ruleset, Object.keys(patch.changes), "live");
  }

  #take(json: unknown, origin: "live" | "bootstrap"): Acceptance {
    const read = readRuleset(json);
    if (!read.ok) return { type: "refused", error: refusal("ruleset", read.error) };

    const held = this.#evaluator?.ruleset;
    const sameLine = held !== undefined && isSameLine(held, read.ruleset);
    if (sameLine && read.ruleset.revision < held.revision) return { type: "older" };

    const used = this.#use(read.ruleset, changedKeys(held, read.ruleset), origin);
    return sameLine && read.ruleset.revision === held.revision ? { type: "same" } : used;
  }

  #use(ruleset: Ruleset, keys: string[], origin: "live" | "bootstrap"): Acceptance {
    this.#evaluator = prepare(ruleset);
    this.#origin = origin;
    const { epoch, revision } = ruleset;
    return { type: "changed", change: { keys, version: versionOf(ruleset), epoch, revision } };
  }
}

/** Revisions compare within one environment and epoch; a bootstrap may be of another environment by mistake. */
function isSameLine(one: Ruleset, other: Ruleset): boolean {
  return one.epoch === other.epoch && one.project === other.project && one.environment === other.environment;
}

function versionOf({ epoch, revision }: Ruleset): string {
  return `${epoch}.${revision}`;
}

function refusal(what: "ruleset" | "patch", { code, message, path }: ReadError): SdkError {
  return new SdkError(code, `The ${what} was refused${path ? ` at ${path}` : ""}: ${message}`);
}
