/** What is kept of a tracked event: whose it is, to be exchanged for a pseudonym, and what the project says is recorded. */
import type { ContextAttribute, TrackedEvent } from "@burgee/db";
import type { AttributeType } from "@burgee/engine";

/** Two names of one attribute; the first wins. */
const IDENTIFIERS = ["targetingKey", "userId"] as const;

const isOfType: Readonly<Record<AttributeType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  timestamp: (value) => typeof value === "string" && !Number.isNaN(Date.parse(value)),
  list: (value) => Array.isArray(value),
  map: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
};

export interface RecordedEvent {
  readonly event: TrackedEvent;
  /** How many attributes were taken out. */
  readonly dropped: number;
}

/**
 * Of the context, identifiers go apart, and no attribute stays but those that are declared as recorded and are of their type: a name that
 * was meant for a plan may carry an address where a program is wrong.
 */
export function recordedEvent(
  { context, ...event }: TrackedEvent,
  declared: readonly ContextAttribute[],
): RecordedEvent {
  const recorded = new Map(
    declared.filter(({ isRecorded }) => isRecorded).map(({ name, type }) => [name, type]),
  );
  const others = Object.entries(context).filter(([name]) => !isIdentifier(name));
  const kept = others.filter(([name, value]) => {
    const type = recorded.get(name);
    return type !== undefined && isOfType[type](value);
  });
  return {
    event: { ...event, identifier: identifierIn(context), context: Object.fromEntries(kept) },
    dropped: others.length - kept.length,
  };
}

export function isIdentifier(name: string): boolean {
  return IDENTIFIERS.some((each) => each === name);
}

function identifierIn(context: object): string | undefined {
  for (const name of IDENTIFIERS) {
    const value: unknown = Object.hasOwn(context, name) ? Reflect.get(context, name) : undefined;
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}
