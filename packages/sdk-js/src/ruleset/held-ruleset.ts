import type { Evaluator, IdList, Library, Needs, ReadError, Ruleset, RulesetPatch } from "@burgee/engine";
import { prepare } from "@burgee/engine/core";
import { listsNeeded, readRuleset } from "@burgee/engine/reader";
import type { Eventual } from "../delivery/ruleset-sink.ts";
import type { PartLoader } from "../parts/part-loader.ts";
import type { AfterStart, Matches } from "../parts/parts.ts";
import { SdkError } from "../sdk-error.ts";
import { freezeValues } from "./frozen-values.ts";
import type { ListSource } from "./list-source.ts";
import { order } from "./order.ts";
import type { RulesetChange } from "./ruleset-change.ts";

/**
 * `same` confirms what is held, `older` is passed over, `gap` is a patch that does not continue ours, and `unready` would be taken
 * but for a part of the SDK or a list that did not load.
 */
export type Acceptance =
  | { readonly type: "changed"; readonly change: RulesetChange }
  | { readonly type: "same" }
  | { readonly type: "older" }
  | { readonly type: "refused" | "unready"; readonly error: SdkError }
  | { readonly type: "gap" };

/**
 * The ruleset in use, and the rules by which another takes its place: newer within its epoch, or a whole one
 * of a later epoch. A bootstrap gives way to any that the service sends, and to that of the store unless it is newer itself. What can't
 * be read is refused, and the last good one stays.
 */
export class HeldRuleset {
  readonly #parts: RulesetParts;
  /** Those that the held ruleset names. */
  #lists: Lists = NONE;
  #evaluator: Evaluator | undefined;
  #origin: Origin = "bootstrap";

  constructor(parts: RulesetParts) {
    this.#parts = parts;
  }

  get evaluator(): Evaluator | undefined {
    return this.#evaluator;
  }

  get origin(): Origin {
    return this.#origin;
  }

  /** `<epoch>.<revision>`, or undefined before the first ruleset. */
  get version(): string | undefined {
    return this.#evaluator && versionOf(this.#evaluator.ruleset);
  }

  /** The version, where the service has only to say what came after it: it sent what is held, and all lists are there. */
  get resumableVersion(): string | undefined {
    const ruleset = this.#evaluator?.ruleset;
    if (!ruleset || this.#origin === "bootstrap") return undefined;
    return [...listsNeeded(ruleset).keys()].every((hash) => this.#lists.has(hash)) ? this.version : undefined;
  }

  /** The service has nothing newer than what is held. */
  confirm(): void {
    this.#origin = "live";
  }

  /** Takes the ruleset that the program brought with it. */
  bootstrap(ruleset: unknown): Eventual<Acceptance> {
    return this.#take(ruleset, "bootstrap");
  }

  /** Takes what the store held since before a restart. */
  restore(ruleset: unknown): Eventual<Acceptance> {
    return this.#take(ruleset, "disk");
  }

  /** Takes what the service sent for a whole ruleset. */
  put(ruleset: unknown): Eventual<Acceptance> {
    return this.#take(ruleset, "live");
  }

  /** Takes what the service sent for a patch. */
  patch(json: unknown): Eventual<Acceptance> {
    const { afterStart } = this.#parts;
    if (!afterStart.loaded) return afterStart.load().then(() => this.patch(json), unready);
    const read = afterStart.loaded.readPatch(json);
    if (!read.ok) return { type: "refused", error: refusal("patch", read.error) };
    return this.#onceReady(read.patch, read.needs, "live", (loaded) => this.#apply(read.patch, loaded));
  }

  #apply(patch: RulesetPatch, loaded: Loaded): Acceptance {
    const held = this.#evaluator?.ruleset;
    const { afterStart } = loaded;
    if (!held || !afterStart || this.resumableVersion === undefined) return { type: "gap" };
    if (order({ epoch: patch.epoch, revision: patch.to }, held) <= 0) return { type: "older" };
    const applied = afterStart.applyPatch(held, patch);
    if (!applied.ok) return { type: "gap" };
    const { changes, segments = {} } = patch;
    const changed = { toggles: Object.keys(changes), segments: Object.keys(segments) };
    return this.#use(applied.ruleset, afterStart.affectedToggles(applied.ruleset, changed), "live", loaded);
  }

  #take(json: unknown, origin: Origin): Eventual<Acceptance> {
    const read = readRuleset(json);
    if (!read.ok) return { type: "refused", error: refusal("ruleset", read.error) };
    const { ruleset, needs } = read;
    return this.#onceReady(ruleset, needs, origin, (loaded) => this.#replace(ruleset, origin, loaded));
  }

  /**
   * Accepts only once there is all that its conditions call and its segments name; what is held may be another by then. What stands in
   * answers without lists that the store lacks, where being in one of them is an error: they are the service's to give.
   */
  #onceReady(
    read: Ruleset | RulesetPatch,
    needs: Readonly<Needs>,
    origin: Origin,
    accept: (loaded: Loaded) => Acceptance,
  ): Eventual<Acceptance> {
    const { matches, library, afterStart, lists } = this.#parts;
    const needed = origin === "bootstrap" ? [] : [...listsNeeded(read).values()];
    const lacking = needed.filter(({ hash }) => !this.#lists.has(hash));
    const waits =
      lacking.length > 0 || (needs.matches && !matches.loaded) || (needs.library && !library.loaded);
    // The very first ruleset changes all there is: nobody has to look what differs.
    if (!waits && (afterStart.loaded || !this.#evaluator))
      return accept({ lists: NONE, afterStart: afterStart.loaded });

    return Promise.all([
      lacking.length > 0 ? lists.load(lacking, origin === "live") : NONE,
      afterStart.load(),
      needs.matches && matches.load(),
      needs.library && library.load(),
    ]).then(([found, part]) => accept({ lists: found, afterStart: part }), unready);
  }

  #replace(ruleset: Ruleset, origin: Origin, loaded: Loaded): Acceptance {
    const held = this.#evaluator?.ruleset;
    const ordered = held && isSameEnvironment(held, ruleset) ? order(ruleset, held) : undefined;
    if (held && !this.#yields(origin, ordered)) return { type: "older" };

    const { afterStart } = loaded;
    const keys =
      held && afterStart
        ? afterStart.affectedToggles(ruleset, afterStart.changesBetween(held, ruleset))
        : Object.keys(ruleset.toggles);
    const used = this.#use(ruleset, keys, origin, loaded);
    return ordered === 0 && keys.length === 0 ? { type: "same" } : used;
  }

  /** Whether what is held gives way; `ordered` is above 0 before a newer one, and undefined before one of another environment. */
  #yields(origin: Origin, ordered: number | undefined): boolean {
    const isOlder = ordered !== undefined && ordered < 0;
    // A bootstrap only stands in: the service's first word takes its place, older or not.
    if (origin === "live") return this.#origin === "bootstrap" || !isOlder;
    if (this.#origin === "live") return false;
    return origin === "disk" ? !isOlder : ordered !== undefined && ordered > 0;
  }

  #use(ruleset: Ruleset, keys: string[], origin: Origin, loaded: Loaded): Acceptance {
    const lists = new Map<string, IdList>();
    for (const hash of listsNeeded(ruleset).keys()) {
      const list = this.#lists.get(hash) ?? loaded.lists.get(hash);
      if (list) lists.set(hash, list);
      else if (origin === "live") return { type: "unready", error: dropped(hash) };
    }
    freezeValues(ruleset);
    this.#evaluator = prepare(ruleset, {
      matches: this.#parts.matches.loaded,
      library: this.#parts.library.loaded,
      list: (hash) => lists.get(hash),
    });
    this.#lists = lists;
    this.#origin = origin;
    const { epoch, revision } = ruleset;
    return { type: "changed", change: { keys, version: versionOf(ruleset), epoch, revision } };
  }
}

/** `live` was sent or confirmed by the service; `disk` was sent by it before a restart; `bootstrap` came with the program. */
type Origin = "live" | "disk" | "bootstrap";

type Lists = ReadonlyMap<string, IdList>;

const NONE: Lists = new Map();

/** What a ruleset is taken with. */
interface Loaded {
  /** Those that it names, and that were not there. */
  readonly lists: Lists;
  /** Missing only before the first ruleset is taken. */
  readonly afterStart: AfterStart | undefined;
}

/** What rulesets may need before they are taken. */
export interface RulesetParts {
  readonly matches: PartLoader<Matches>;
  readonly library: PartLoader<Library>;
  readonly afterStart: PartLoader<AfterStart>;
  readonly lists: Pick<ListSource, "load">;
}

function unready(error: SdkError): Acceptance {
  return { type: "unready", error };
}

/** Another ruleset, without the list, was taken while this one waited. */
function dropped(hash: string): SdkError {
  return new SdkError("lists_unavailable", `The list ${hash} was dropped meanwhile; it is fetched again.`);
}

function isSameEnvironment(one: Ruleset, other: Ruleset): boolean {
  return one.project === other.project && one.environment === other.environment;
}

function versionOf({ epoch, revision }: Ruleset): string {
  return `${epoch}.${revision}`;
}

function refusal(what: "ruleset" | "patch", { code, message, path }: ReadError): SdkError {
  return new SdkError(code, `The ${what} was refused${path ? ` at ${path}` : ""}: ${message}`);
}
