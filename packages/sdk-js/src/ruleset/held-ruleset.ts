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
  /** Another, which sorts later as text, when the service's database is restored; revisions compare only within one. */
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
 * of a later epoch. A bootstrap gives way to any that the service sends. What can't be read is refused, and the last good one stays.
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
    if (order({ epoch: patch.epoch, revision: patch.to }, held) <= 0) return { type: "older" };
    const applied = applyPatch(held, patch);
    if (!applied.ok) return { type: "gap" };
    return this.#use(applied.ruleset, Object.keys(patch.changes), "live");
  }

  #take(json: unknown, origin: "live" | "bootstrap"): Acceptance {
    const read = readRuleset(json);
    if (!read.ok) return { type: "refused", error: refusal("ruleset", read.error) };

    const held = this.#evaluator?.ruleset;
    const ordered = held && isSameEnvironment(held, read.ruleset) ? order(read.ruleset, held) : undefined;
    // A bootstrap only stands in: the service's first word takes its place, older or not.
    if (this.isLive && ordered !== undefined && ordered < 0) return { type: "older" };

    const keys = changedKeys(held, read.ruleset);
    const used = this.#use(read.ruleset, keys, origin);
    return ordered === 0 && keys.length === 0 ? { type: "same" } : used;
  }

  #use(ruleset: Ruleset, keys: string[], origin: "live" | "bootstrap"): Acceptance {
    this.#evaluator = prepare(ruleset);
    this.#origin = origin;
    const { epoch, revision } = ruleset;
    return { type: "changed", change: { keys, version: versionOf(ruleset), epoch, revision } };
  }
}

function isSameEnvironment(one: Ruleset, other: Ruleset): boolean {
  return one.project === other.project && one.environment === other.environment;
}

type Position = Pick<Ruleset, "epoch" | "revision">;

/** Below 0 where `one` comes before `other`. Epochs are ordered as text, by code unit. */
function order(one: Position, other: Position): number {
  if (one.epoch === other.epoch) return one.revision - other.revision;
  return one.epoch < other.epoch ? -1 : 1;
}

function versionOf({ epoch, revision }: Ruleset): string {
  return `${epoch}.${revision}`;
}

function refusal(what: "ruleset" | "patch", { code, message, path }: ReadError): SdkError {
  return new SdkError(code, `The ${what} was refused${path ? ` at ${path}` : ""}: ${message}`);
}
