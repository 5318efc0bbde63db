/** From what people wrote of what is served to the variants of one toggle. */
import type { SettingServe } from "@burgee/db";
import type { ToggleKind, VariantValue } from "@burgee/engine";
import type { z } from "zod";
import type { InputIssue } from "../errors/app-error.ts";
import { type VariantSet, variantMeant, variantOf } from "../toggles/variants.ts";
import { percentageOf, type rolloutInput, type ruleRolloutInput, splitOf } from "./rollout-input.ts";

interface Wanted {
  readonly value?: VariantValue | undefined;
  readonly variant?: string | undefined;
}

type RuleRollout = z.output<typeof ruleRolloutInput>;
type Rollout = z.output<typeof rolloutInput>;

/** Reads on past what is wrong, and notes it in `issues`. */
export class ServeReader {
  readonly issues: InputIssue[] = [];
  readonly #set: VariantSet;

  constructor(variantSet: VariantSet) {
    this.#set = variantSet;
  }

  /** The variant of a value, or of a key. */
  meant(pointer: string, value: VariantValue): string {
    return this.#demand(pointer, { value }, variantMeant(this.#set, value));
  }

  ofRule(
    pointer: string,
    rule: Wanted & { readonly rollout?: RuleRollout | null | undefined },
    previous: SettingServe | undefined,
  ): SettingServe {
    const { rollout } = rule;
    if (rollout?.type === "split") {
      if (rule.value !== undefined || rule.variant !== undefined) {
        const message = "A split says what it serves; leave out the value and the variant.";
        this.issues.push({ pointer, code: "unknown_variant", message });
      }
      return this.#split(`${pointer}/rollout`, rollout, previous);
    }
    const variant = this.#pick(pointer, rule);
    return rollout ? percentageOf(variant, rollout) : { type: "variant", variant };
  }

  ofRollout(rollout: Rollout, previous: SettingServe | null | undefined): SettingServe {
    if (rollout.type === "split") return this.#split("/rollout", rollout, previous);
    const variant = rollout.variant ?? growingVariant(this.#set.kind);
    return percentageOf(this.#pick("/rollout", { variant }), rollout);
  }

  #split(
    pointer: string,
    split: Extract<RuleRollout, { type: "split" }>,
    previous: SettingServe | null | undefined,
  ): SettingServe {
    for (const variant of Object.keys(split.weights))
      this.#pick(`${pointer}/weights/${variant}`, { variant });
    const { serve, issues } = splitOf(split, previous, pointer);
    this.issues.push(...issues);
    return serve;
  }

  #pick(pointer: string, wanted: Wanted): string {
    return this.#demand(pointer, wanted, variantOf(this.#set, wanted));
  }

  #demand(pointer: string, wanted: Wanted, variant: string | undefined): string {
    if (variant === undefined)
      this.issues.push({ pointer, code: "unknown_variant", message: noVariant(wanted, this.#set) });
    return variant ?? "";
  }
}

/** A rollout of a boolean toggle turns it on for more and more; another kind has to say what it spreads. */
function growingVariant(kind: ToggleKind): string | undefined {
  return kind === "boolean" ? "on" : undefined;
}

function noVariant({ value, variant }: Wanted, { variants }: VariantSet): string {
  if (value !== undefined && variant !== undefined) return "Give a value or a variant, not both.";
  if (value === undefined && variant === undefined) return "Say what to serve: a value, or a variant's key.";
  const known = Object.entries(variants)
    .slice(0, 10)
    .map(([key, known]) => `${key} (${JSON.stringify(known).slice(0, 40)})`);
  return `No variant is ${JSON.stringify(variant ?? value)}; there are ${known.join(", ")}.`;
}
