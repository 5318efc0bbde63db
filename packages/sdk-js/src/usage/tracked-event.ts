import type { EvaluationContext } from "@burgee/engine";

/** What the service takes of one event. */
const LONGEST_NAME = 256;
const LONGEST_CONTEXT = 8_192;
const LONGEST_ATTRIBUTE = 128;
const MOST_LEVELS = 20;

export type EventText =
  | { readonly ok: true; readonly json: string }
  | { readonly ok: false; readonly problem: string };

/** An event as JSON, without the attributes that are private. Programs without types may give anything. */
export function eventText(
  name: unknown,
  context: EvaluationContext | undefined,
  value: unknown,
  { at, privateAttributes }: { readonly at: Date; readonly privateAttributes: ReadonlySet<string> },
): EventText {
  if (
    typeof name !== "string" ||
    name === "" ||
    name.length > LONGEST_NAME ||
    !isStorable(JSON.stringify(name))
  ) {
    return refused(`An event is named by 1 to ${LONGEST_NAME} characters of valid Unicode.`);
  }
  if (value !== undefined && !Number.isFinite(value)) return refused("An event's value is a number.");
  try {
    const told = Object.entries(context ?? {}).filter(([attribute]) => !privateAttributes.has(attribute));
    const attributes = JSON.stringify(Object.fromEntries(told));
    if (
      attributes.length > LONGEST_CONTEXT ||
      !isStorable(attributes) ||
      !isShallow(JSON.parse(attributes), MOST_LEVELS)
    ) {
      return refused(
        `The context of an event has at most ${LONGEST_CONTEXT} characters of JSON in valid Unicode, ${MOST_LEVELS} levels deep.`,
      );
    }
    const rest = JSON.stringify({ name, at: at.toISOString(), value });
    return { ok: true, json: `${rest.slice(0, -1)},"context":${attributes}}` };
  } catch (cause) {
    return refused(
      `The context of an event is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
}

function refused(problem: string): EventText {
  return { ok: false, problem };
}

/** Databases keep neither NUL nor half of a surrogate pair; JSON writes both as escapes. */
function isStorable(json: string): boolean {
  return !/\\u(?:0000|d[89a-f][0-9a-f]{2})/.test(json.replaceAll("\\\\", ""));
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(
    ([name, part]) =>
      name !== "" && name !== "__proto__" && name.length <= LONGEST_ATTRIBUTE && isShallow(part, levels - 1),
  );
}
