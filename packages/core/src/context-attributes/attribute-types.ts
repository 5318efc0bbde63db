import type { ContextAttribute } from "@burgee/db";
import type { AttributeType } from "@burgee/engine";

/** Name to type: what conditions are checked against, and what travels in a ruleset. */
export type AttributeTypes = Readonly<Record<string, AttributeType>>;

export function attributeTypes(
  attributes: readonly Pick<ContextAttribute, "name" | "type">[],
): AttributeTypes {
  return Object.fromEntries(attributes.map(({ name, type }) => [name, type]));
}

/** What the types add to a ruleset. */
export function attributeBytes(types: AttributeTypes): number {
  return Object.keys(types).length === 0 ? 0 : Buffer.byteLength(JSON.stringify({ attributes: types }));
}
