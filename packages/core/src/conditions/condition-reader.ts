/** Checks the conditions of one input against what their project knows. */
import { isDeepStrictEqual } from "node:util";
import type { ProjectId, Readers } from "@burgee/db";
import { type ConditionOptions, parseCondition, print, Spelling } from "@burgee/engine/language";
import { patternChecker } from "@burgee/engine/matches";
import { attributeTypes } from "../context-attributes/attribute-types.ts";
import type { InputIssue } from "../errors/app-error.ts";

/** Made for a project: what it declares has its type, and its segments are the only ones that its conditions may ask. */
export async function conditionReaderOf(
  { segments, contextAttributes }: Pick<Readers, "segments" | "contextAttributes">,
  projectId: ProjectId,
): Promise<ConditionReader> {
  const known = await segments.listGraph(projectId);
  const attributes = attributeTypes(await contextAttributes.list(projectId));
  return new ConditionReader({ attributes, segments: known.map(({ key }) => key) });
}

/** Reads on past what is wrong, and notes it. */
export class ConditionReader {
  readonly issues: InputIssue[] = [];
  /** What is allowed, and yet hardly meant. */
  readonly warnings: InputIssue[] = [];
  readonly #options: ConditionOptions;
  /** Whether a declaration may add to a text; only that of a timestamp does. */
  readonly #mayAdd: boolean;

  constructor(options: ConditionOptions = {}) {
    this.#options = { ...options, checkPattern: patternChecker(), spelling: new Spelling(options) };
    this.#mayAdd = Object.values(options.attributes ?? {}).includes("timestamp");
  }

  /**
   * The text to keep: as it was written; or, where a declaration adds to it (an attribute that is declared a timestamp is
   * read as one), with that spelt out, so that it goes on meaning the same whatever is declared later.
   * @param pointer where the condition stands in the input
   */
  read(pointer: string, condition: string): string {
    const parsed = parseCondition(condition, this.#options);
    if (!parsed.ok) {
      const { message, line, column } = parsed.error;
      const said = `Line ${line}, column ${column}: ${message}`;
      this.issues.push({ pointer, code: "invalid_condition", message: said, line, column });
      return condition;
    }
    for (const { message, line, column } of parsed.warnings) {
      this.warnings.push({ pointer, code: "undeclared_attribute", message, line, column });
    }
    if (!this.#mayAdd) return condition;
    const bare = parseCondition(condition, { spelling: null });
    const addsNothing = bare.ok && isDeepStrictEqual(bare.expression, parsed.expression);
    return addsNothing ? condition : print(parsed.expression);
  }
}
