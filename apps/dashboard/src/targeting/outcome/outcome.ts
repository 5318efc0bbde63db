/** Who gets what, before and after a draft, counted over simulated users by the very engine that SDKs have. */
import {
  type EvaluationContext,
  type Expression,
  type PrepareOptions,
  prepare,
  type RulesetToggle,
} from "@burgee/engine";
import type { Draft } from "../draft/draft.ts";
import { compileDraft, rulesetWith } from "./compile-draft.ts";
import type { DraftBasis } from "./draft-basis.ts";
import { SIMULATED_USERS, simulateUsers } from "./simulated-users.ts";

export interface Outcome {
  readonly users: number;
  /** By variant, how many get it. */
  readonly before: Tally;
  readonly after: Tally;
  /** By rule, whom it decides for once the draft is saved; under `rollout` and `default`, for whom these do. */
  readonly deciders: Tally;
  readonly moves: readonly Move[];
}

export type Tally = ReadonlyMap<string, number>;

/** Those who get another variant than before. */
export interface Move {
  readonly from: string;
  readonly to: string;
  readonly users: number;
}

/** Who got none: the engine says an error, and a program takes its own default. */
const NOTHING = "(the program's own default)";

export function outcomeOf(
  basis: DraftBasis,
  draft: Draft,
  matches?: PrepareOptions["matches"],
  count = SIMULATED_USERS,
): Outcome {
  const toggle = compileDraft(basis, draft);
  const users = usersFor(basis, toggle, count);
  const options = { matches, nowMs: () => NOW_MS };
  const saved = prepare(rulesetWith(basis, basis.toggle), options);
  const drafted = prepare(rulesetWith(basis, toggle), options);
  const [before, after, deciders] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const moves = new Map<string, Move>();
  for (const user of users) {
    const from = saved.evaluate(toggle.key, user).variant ?? NOTHING;
    const { variant: to = NOTHING, ruleId, reason } = drafted.evaluate(toggle.key, user);
    raise(before, from);
    raise(after, to);
    raise(deciders, ruleId ?? (reason === "SPLIT" ? "rollout" : "default"));
    if (from !== to) {
      const key = JSON.stringify([from, to]);
      moves.set(key, { from, to, users: (moves.get(key)?.users ?? 0) + 1 });
    }
  }
  return {
    users: users.length,
    before,
    after,
    deciders,
    moves: [...moves.values()].sort((a, b) => b.users - a.users),
  };
}

export function movedUsers({ moves }: Outcome): number {
  return moves.reduce((sum, { users }) => sum + users, 0);
}

/** One moment for all, so that the same draft always counts the same. */
const NOW_MS = Date.now();

/** Both are asked by the same users, so these are made of what either looks at. */
function usersFor(basis: DraftBasis, toggle: RulesetToggle, count: number): readonly EvaluationContext[] {
  const toggles = [toggle, ...Object.values(basis.ruleset.toggles)];
  const segments = Object.values(basis.ruleset.segments ?? {});
  const conditions: readonly Expression[] = [
    ...toggles.flatMap(({ rules }) => rules.map(({ condition }) => condition)),
    ...segments.map(({ condition }) => condition),
  ];
  const shares = toggles.flatMap(({ rules, rollout }) => [...rules.map(({ serve }) => serve), rollout]);
  const hashed = shares.flatMap((serve) => (serve && "stickiness" in serve ? [serve.stickiness] : []));
  const named = [
    ...toggles.flatMap(({ targets = {} }) => Object.values(targets).flat()),
    ...segments.flatMap(({ include, exclude }) => [...include, ...exclude]),
  ];
  return simulateUsers(
    { conditions, attributes: basis.attributes, hashed: [...new Set(hashed)], named: [...new Set(named)] },
    count,
  );
}

function raise(tally: Map<string, number>, key: string): void {
  tally.set(key, (tally.get(key) ?? 0) + 1);
}
