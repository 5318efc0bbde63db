/** A setting in sentences, in the order in which it decides. */
import type { Draft, DraftRule, Served, Share } from "../draft/draft.ts";
import { whoPhrase } from "./condition-phrase.ts";
import { capitalised, listed, type Phrase, percentText, variantPart } from "./phrase.ts";

export function summaryOf(draft: Draft): readonly Phrase[] {
  const decided = [...targetPhrases(draft), ...rulePhrases(draft.rules)];
  const rollout = draft.rollout && rolloutPhrase(draft.rollout, decided.length > 0);
  const whole = isWhole(draft.rollout);
  const isFirst = decided.length === 0 && !rollout;
  return [
    ...(draft.enabled ? [] : [offPhrase(draft)]),
    ...draft.prerequisites.map(
      ({ toggle, variants }): Phrase => [
        "Only while ",
        { code: toggle },
        " serves ",
        ...listed(
          variants.map((variant) => [variantPart(variant)]),
          "or",
        ),
        "; otherwise everyone gets ",
        variantPart(draft.off),
        ".",
      ],
    ),
    ...decided,
    ...(rollout ? [rollout] : []),
    ...(whole
      ? []
      : [[isFirst ? "Everyone gets " : "Everyone else gets ", variantPart(draft.default), "."] as const]),
  ];
}

/** `get new`, `10 % by userId get new`. */
export function servePhrase(serve: Served): Phrase {
  switch (serve.type) {
    case "variant":
      return ["get ", variantPart(serve.variant)];
    case "percentage":
      return [
        `get `,
        variantPart(serve.variant),
        ` at ${percentText(serve.value)} by `,
        { code: serve.stickiness },
      ];
    default:
      return ["are split by ", { code: serve.stickiness }, " into ", ...sharesPhrase(serve.weights)];
  }
}

export function sharesPhrase(weights: Readonly<Record<string, number>>): Phrase {
  const shares = Object.entries(weights).filter(([, value]) => value > 0);
  return listed(shares.map(([variant, value]) => [`${percentText(value)} `, variantPart(variant)]));
}

function offPhrase({ off }: Draft): Phrase {
  return ["It is off: everyone gets ", variantPart(off), ". Once it is on:"];
}

function targetPhrases({ targets }: Draft): readonly Phrase[] {
  return Object.entries(targets).map(([variant, ids]) => [
    ids.length === 1 ? "1 user who is named gets " : `${ids.length} users who are named get `,
    variantPart(variant),
    ".",
  ]);
}

function rulePhrases(rules: readonly DraftRule[]): readonly Phrase[] {
  return rules.map(({ condition, serve }, index): Phrase => {
    const decided = whoGetsPhrase({ condition, serve });
    return [...(index === 0 ? capitalised(decided) : ["Of the rest, ", ...decided]), "."];
  });
}

/** `users whose plan is pro get new` */
export function whoGetsPhrase({ condition, serve }: Pick<DraftRule, "condition" | "serve">): Phrase {
  const isEveryone = condition.mode === "rows" && condition.rows.length === 0;
  const gets = isEveryone ? singular(servePhrase(serve)) : servePhrase(serve);
  return [...whoPhrase(condition), " ", ...gets];
}

function rolloutPhrase(rollout: Share, hasBefore: boolean): Phrase {
  const who = hasBefore ? "Of the rest, " : "";
  if (rollout.type === "percentage") {
    return [
      `${who}${percentText(rollout.value)} by `,
      { code: rollout.stickiness },
      " get ",
      variantPart(rollout.variant),
      ".",
    ];
  }
  return [
    hasBefore ? "Everyone else is split by " : "Everyone is split by ",
    { code: rollout.stickiness },
    " into ",
    ...sharesPhrase(rollout.weights),
    ".",
  ];
}

/** Whether nobody is left for the default, but who has no value to hash. */
function isWhole(rollout: Share | null): boolean {
  return rollout?.type === "split" || (rollout?.type === "percentage" && rollout.value === 100);
}

function singular([first, ...rest]: Phrase): Phrase {
  if (typeof first !== "string") return [first ?? "", ...rest];
  return [first.replace(/^get /, "gets ").replace(/^are /, "is "), ...rest];
}
