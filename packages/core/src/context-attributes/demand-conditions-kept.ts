/** Another type of an attribute must not break what was saved: a condition that can't be checked is in vain, and can't be saved again. */
import type { Environment, MentioningCondition, Project, Readers } from "@burgee/db";
import { parseCondition } from "@burgee/engine/language";
import { AppError } from "../errors/app-error.ts";
import { shortened } from "../errors/shown-issues.ts";
import { LIMITS } from "../limits.ts";
import { Pauses } from "../turns/pauses.ts";
import type { AttributeTypes } from "./attribute-types.ts";

const MOST_IN_MESSAGE = 5;

interface Declaring {
  readonly project: Project;
  /** All of the project's, locked by this transaction. */
  readonly environments: readonly Environment[];
  /** Of the attribute that is declared anew. */
  readonly name: string;
  readonly before: AttributeTypes;
  readonly after: AttributeTypes;
}

interface Fault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** A live condition that would no longer check, and where it stands. */
interface Broken extends Fault {
  readonly environment?: string;
  readonly toggle?: string;
  readonly segment?: string;
  /** Within the setting, or the segment. */
  readonly pointer: string;
}

/**
 * What did not check before is passed over: it is no worse off.
 * @throws {AppError} "context_attribute_in_use" with the first of the conditions that would no longer check
 */
export async function demandConditionsKept(readers: Readers, declaring: Declaring): Promise<void> {
  const { name, after } = declaring;
  const broken: Broken[] = [];
  for await (const each of brokenBy(readers, declaring)) {
    if (broken.push(each) > LIMITS.usersNamed) break;
  }
  if (broken.length === 0) return;

  const conditions = broken.slice(0, LIMITS.usersNamed);
  const isCut = broken.length > conditions.length;
  const named = conditions.slice(0, MOST_IN_MESSAGE).map(placeOf);
  const others = conditions.length - named.length;
  const more = others > 0 ? ` and ${isCut ? "more than " : ""}${others} more` : "";
  throw new AppError(
    "context_attribute_in_use",
    `As a ${after[name]}, ${name} would break the conditions of ${named.join(", ")}${more}. Make them fit while ${name} is not declared; taking a declaration back breaks nothing.`,
    { details: { conditions, isCut } },
  );
}

async function* brokenBy(
  { contextAttributes, segments }: Readers,
  { project, environments, name, before, after }: Declaring,
): AsyncGenerator<Broken> {
  const keys = (await segments.listGraph(project.projectId)).map(({ key }) => key);
  const faults = new Map<string, Fault | undefined>();
  const pauses = new Pauses();

  async function* amongst(found: readonly MentioningCondition[], environment?: string) {
    for (const { condition, ...place } of found) {
      await pauses.take();
      if (!faults.has(condition)) faults.set(condition, faultOf(condition));
      const fault = faults.get(condition);
      if (fault) yield { ...(environment !== undefined && { environment }), ...place, ...fault };
    }
  }

  function faultOf(condition: string): Fault | undefined {
    const known = { segments: keys, spelling: null };
    const parsed = parseCondition(condition, { ...known, attributes: after });
    if (parsed.ok || !parseCondition(condition, { ...known, attributes: before }).ok) return undefined;
    const { message, line, column } = parsed.error;
    return { message: shortened(message), line, column };
  }

  yield* amongst(await contextAttributes.listSegmentsMentioning(project.projectId, name));
  for (const { environmentId, key } of environments) {
    yield* amongst(await contextAttributes.listRulesMentioning(environmentId, name), key);
  }
}

function placeOf({ segment, toggle, environment, pointer, line, column }: Broken): string {
  const at = `${pointer}, line ${line}, column ${column}`;
  return segment === undefined ? `${toggle} (${environment}: ${at})` : `the segment ${segment} (${at})`;
}
