import type { Environment, Readers, SettingState, Toggle } from "@burgee/db";
import { EVALUATION_LIMITS, type Prerequisite } from "@burgee/engine";
import type { InputIssue } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { findCircle, longestWay } from "../graphs/key-graph.ts";

interface Waiting {
  readonly toggle: Pick<Toggle, "key" | "projectId">;
  /** Locked, so that no other setting of it changes meanwhile. */
  readonly environment: Environment;
  readonly state: SettingState;
}

/**
 * Refuses prerequisites that could never be met: toggles and variants that are not there, circles, and ways too long to follow.
 * @throws {AppError} "invalid_input"
 */
export async function demandPrerequisites(
  readers: Readers,
  { toggle, environment, state }: Waiting,
): Promise<void> {
  const { prerequisites = [] } = state;
  if (prerequisites.length === 0) return;

  const keys = prerequisites.map((each) => each.toggle);
  const known = await readers.toggles.listByKeys(toggle.projectId, keys);
  const named = new Map(known.map((each) => [each.key, each]));
  const issues = prerequisites.flatMap((prerequisite, index) => [
    ...repetition(keys, index),
    ...faultsOf(prerequisite, `/prerequisites/${index}`, toggle.key, named.get(prerequisite.toggle)),
  ]);
  if (issues.length > 0) throw refuse(issues);

  const waiting = await readers.settings.listPrerequisites(environment.environmentId);
  const graph = new Map(waiting.map((each) => [each.toggleKey, each.prerequisites.map((one) => one.toggle)]));
  graph.set(toggle.key, keys);
  const message = faultOf(graph, toggle.key);
  if (message) throw refuse([{ pointer: "/prerequisites", code: "circular_prerequisites", message }]);
}

function faultsOf(
  { toggle: key, variants }: Prerequisite,
  pointer: string,
  ownKey: string,
  toggle: Toggle | undefined,
): readonly InputIssue[] {
  if (key === ownKey) {
    const message = `A toggle can't wait for itself: ${key} -> ${key}.`;
    return [{ pointer: `${pointer}/toggle`, code: "circular_prerequisites", message }];
  }
  if (!toggle || toggle.archivedAt) {
    const message = toggle ? `The toggle ${key} is archived.` : `There is no toggle ${key} in this project.`;
    return [{ pointer: `${pointer}/toggle`, code: "unknown_toggle", message }];
  }
  const known = Object.keys(toggle.variants);
  return variants.flatMap((variant, index) => {
    if (known.includes(variant)) return [];
    const message = `The toggle ${key} has no variant ${variant}, only ${known.join(", ")}.`;
    return [{ pointer: `${pointer}/variants/${index}`, code: "unknown_variant", message }];
  });
}

function repetition(keys: readonly string[], index: number): readonly InputIssue[] {
  const key = keys[index];
  if (key === undefined || keys.indexOf(key) === index) return [];
  const message = `${key} is a prerequisite already.`;
  return [{ pointer: `/prerequisites/${index}/toggle`, code: "repeated_prerequisite", message }];
}

function faultOf(graph: ReadonlyMap<string, readonly string[]>, key: string): string | undefined {
  const circle = findCircle(graph, key);
  if (circle) return `These toggles would wait for each other: ${circle.join(" -> ")}.`;
  const way = longestWay(graph, key);
  const most = EVALUATION_LIMITS.toggleDepth;
  if (way.length - 1 <= most) return undefined;
  return `Prerequisites are followed ${most} deep; this way is longer: ${way.join(" -> ")}.`;
}
