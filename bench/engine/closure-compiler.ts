import type { Expression, Ruleset, RulesetToggle } from "@burgee/engine";
import { murmur3 } from "./murmur3.ts";
import type { BenchAttributes, Side } from "./side.ts";

type Compiled = (context: Readonly<Record<string, unknown>>) => unknown;

/**
 * The yardstick of readiness: from a ruleset written in full, trusted unread, to a closure for each toggle, compiled by the few
 * lines that it takes for the shapes in it.
 */
export const side: Side<BenchAttributes> = {
  name: "closure compiler",
  write: async (toggles) => JSON.stringify((await import("./burgee-ruleset.ts")).rulesetOf(toggles)),
  contextOf: (attributes) => ({ ...attributes }),

  async ready(text) {
    const { toggles }: Ruleset = JSON.parse(text);
    const closures = new Map(Object.values(toggles).map((toggle) => [toggle.key, compileToggle(toggle)]));
    return {
      isOn: (key, context) => closures.get(key)?.(context) === true,
      close: () => {},
    };
  },
};

function compileToggle({ key, rules, rollout, variants, defaultVariant }: RulesetToggle): Compiled {
  const compiled = rules.map(({ condition }) => compile(condition));
  const threshold = rollout?.type === "percentage" ? rollout.buckets : undefined;
  const otherwise = variants[defaultVariant];
  return (context) => {
    for (const rule of compiled) if (rule(context) === true) return true;
    if (threshold === undefined) return otherwise;
    const id = String(context.userId);
    return Math.floor((murmur3(`b1|${key}|rollout|${id.length}:${id}`) * 100_000) / 2 ** 32) < threshold;
  };
}

function compile(node: Expression): Compiled {
  if (node === null || typeof node !== "object") return () => node;
  switch (node.kind) {
    case "attribute":
      return (context) => context[node.name];
    case "and": {
      const parts = node.of.map(compile);
      return (context) => parts.every((part) => part(context) === true);
    }
    case "call": {
      const [argument = null] = node.args;
      const inner = compile(argument);
      return (context) => String(inner(context)).split(".").map(Number);
    }
    case "binary":
      return compileBinary(node.op, node.left, node.right);
    default:
      throw new Error(`the benchmark has no ${node.kind}`);
  }
}

function compileBinary(op: string, leftNode: Expression, rightNode: Expression): Compiled {
  const left = compile(leftNode);
  if (op === "in" && typeof rightNode === "object" && rightNode?.kind === "list") {
    const items = new Set<unknown>(rightNode.items);
    return (context) => items.has(left(context));
  }
  const right = compile(rightNode);
  if (op === "==") return (context) => left(context) === right(context);
  const least = right({});
  return (context) => order(left(context), least) >= 0;
}

function order(left: unknown, right: unknown): number {
  if (!Array.isArray(left) || !Array.isArray(right)) return Number.NaN;
  for (let at = 0; at < 3; at++) if (left[at] !== right[at]) return left[at] - right[at];
  return 0;
}
