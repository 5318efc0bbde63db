/** Two people changed one setting: what each meant, put together, and where that can't be without a choice. */
import {
  aspectOf,
  commonOrder,
  isSame,
  isSameRule,
  type OwnAspect,
  type RuleAspect,
  ruleOf,
  targetedVariants,
} from "./aspects.ts";
import type { Draft, DraftRule } from "./draft.ts";

export type Side = "mine" | "theirs";
/** By path; mine where nothing was chosen. */
export type Choices = Readonly<Record<string, Side>>;

export interface Merged {
  readonly draft: Draft;
  /** The paths of what both changed, each to something else. */
  readonly conflicts: readonly string[];
}

interface Three {
  readonly base: Draft;
  readonly theirs: Draft;
  readonly mine: Draft;
}

export function mergeDrafts(three: Three, choices: Choices = {}): Merged {
  const conflicts: string[] = [];
  const pick: Pick = (path, base, theirs, mine) => {
    if (isSame(mine, base)) return "theirs";
    if (isSame(theirs, base) || isSame(mine, theirs)) return "mine";
    conflicts.push(path);
    return choices[path] ?? "mine";
  };
  const own = <Aspect extends OwnAspect>(aspect: Aspect): Draft[Aspect] =>
    three[pick(aspect, three.base[aspect], three.theirs[aspect], three.mine[aspect])][aspect];
  const [enabled, off, byDefault, prerequisites, rollout] = [
    own("enabled"),
    own("off"),
    own("default"),
    own("prerequisites"),
    own("rollout"),
  ];
  const draft = {
    ...{ enabled, off, default: byDefault, prerequisites, rollout },
    targets: mergedTargets(three, pick),
    rules: mergedRules(three, pick),
  };
  return { draft, conflicts };
}

type Pick = (path: string, base: unknown, theirs: unknown, mine: unknown) => Side;

function mergedTargets({ base, theirs, mine }: Three, pick: Pick): Draft["targets"] {
  const merged = targetedVariants(base, theirs, mine).map((variant) => {
    const side = pick(
      `targets/${variant}`,
      base.targets[variant],
      theirs.targets[variant],
      mine.targets[variant],
    );
    return [variant, (side === "mine" ? mine : theirs).targets[variant] ?? []] as const;
  });
  return Object.fromEntries(merged.filter(([, ids]) => ids.length > 0));
}

function mergedRules(three: Three, pick: Pick): readonly DraftRule[] {
  const merged = new Map<string, DraftRule>();
  for (const id of new Set([...three.mine.rules, ...three.theirs.rules].map((rule) => rule.id))) {
    const rule = mergedRule(three, id, pick);
    if (rule) merged.set(id, rule);
  }
  return inOrder(three, merged, pick);
}

/** Undefined for one that is gone. */
function mergedRule({ base, theirs, mine }: Three, id: string, pick: Pick): DraftRule | undefined {
  const [old, their, my] = [ruleOf(base, id), ruleOf(theirs, id), ruleOf(mine, id)];
  if (my && their) return old ? mergedFields(id, old, their, my, pick) : my;
  const left = my ?? their;
  if (!left || !old) return left;
  // One side removed it. It is gone, unless the other changed it meanwhile.
  if (isSameRule(old, left)) return undefined;
  const side = pick(`rules/${id}`, "as it was", their ? "changed" : "gone", my ? "changed" : "gone");
  return side === "mine" ? my : their;
}

function mergedFields(id: string, old: DraftRule, their: DraftRule, my: DraftRule, pick: Pick): DraftRule {
  const sideOf = (aspect: RuleAspect) => {
    const side = pick(
      `rules/${id}/${aspect}`,
      aspectOf(old, aspect),
      aspectOf(their, aspect),
      aspectOf(my, aspect),
    );
    return side === "mine" ? my : their;
  };
  return {
    id,
    title: sideOf("title").title,
    condition: sideOf("condition").condition,
    serve: sideOf("serve").serve,
  };
}

/** In the order of whoever changed it; what only the other has comes behind what it stood behind there. */
function inOrder(
  { base, theirs, mine }: Three,
  merged: ReadonlyMap<string, DraftRule>,
  pick: Pick,
): readonly DraftRule[] {
  const orderIn = (draft: Draft) => commonOrder(draft, base, theirs, mine);
  const side = pick("order", orderIn(base), orderIn(theirs), orderIn(mine));
  const [leading, other] = side === "mine" ? [mine, theirs] : [theirs, mine];
  const order = leading.rules.map(({ id }) => id).filter((id) => merged.has(id));
  other.rules.forEach(({ id }, index) => {
    if (order.includes(id) || !merged.has(id)) return;
    const before = other.rules.slice(0, index).findLast((rule) => order.includes(rule.id));
    order.splice(before ? order.indexOf(before.id) + 1 : 0, 0, id);
  });
  return order.flatMap((id) => merged.get(id) ?? []);
}
