import type { ContextAttribute, Project, Writers } from "@burgee/db";
import type { AttributeType } from "@burgee/engine";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterWholeProject, projectScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { nudgeAll, raiseAll, revisionsOf } from "../changes/raise-all.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { attributeName, declaredName, storedText } from "../names.ts";
import { isIdentifier } from "../usage/recorded-event.ts";
import { attributeBytes, attributeTypes } from "./attribute-types.ts";
import { type ContextAttributeView, contextAttributeView } from "./context-attribute-view.ts";
import { demandConditionsKept } from "./demand-conditions-kept.ts";

const ATTRIBUTE_TYPES = [
  "string",
  "number",
  "boolean",
  "timestamp",
  "list",
  "map",
] as const satisfies readonly AttributeType[];

/** As a query's numbers, the users 7 and 007 would be one. */
const USER_IDS: readonly string[] = ["userId", "targetingKey"];

export const setContextAttributeInput = z
  .strictObject({
    ...projectScope,
    name: declaredName,
    type: z.enum(ATTRIBUTE_TYPES, `Give one of ${ATTRIBUTE_TYPES.join(", ")}.`),
    description: storedText(LIMITS.descriptionLength).default(""),
    /** Whether tracked events keep its value; left out, they do not. */
    isRecorded: z.boolean().optional(),
  })
  .superRefine(({ name, type, isRecorded }, refinement) => {
    if (isRecorded && isIdentifier(name)) {
      const message = `${name} tells who it is: of it events keep a pseudonym, in any case, and never the value.`;
      refinement.addIssue({ code: "custom", path: ["isRecorded"], message });
    }
    if (type === "string" || !USER_IDS.includes(name)) return;
    const message = `${name} tells users apart by its text: declare it as a string, not as a ${type}.`;
    refinement.addIssue({ code: "custom", path: ["type"], message });
  });
export const removeContextAttributeInput = z.strictObject({ ...projectScope, name: attributeName });

export interface ChangedAttributesView {
  /** All that the project declares now. */
  readonly attributes: readonly ContextAttributeView[];
  /** By environment, the revision that brought another type; empty where no type changed. */
  readonly revisions: Readonly<Record<string, number>>;
}

/**
 * Declares an attribute of a project's contexts. Conditions that are saved from now on are checked against its type, and queries
 * are read by it; what was saved before stays as it is, and a type that would break it is refused.
 * @throws {AppError} "limit_reached", "context_attribute_in_use"
 */
export function setContextAttribute(
  caller: Caller,
  input: z.output<typeof setContextAttributeInput>,
): Promise<ChangedAttributesView> {
  return change(caller, input, "context_attribute.set", async (writers, { projectId }, attributes) => {
    const isNew = attributes.every(({ name }) => name !== input.name);
    if (isNew && attributes.length >= LIMITS.contextAttributesPerProject) {
      const message = `A project declares at most ${LIMITS.contextAttributesPerProject} attributes; remove some first.`;
      throw new AppError("limit_reached", message);
    }
    await writers.contextAttributes.set(projectId, input, actorOf(caller.person));
  });
}

/** Takes a declaration back, which no condition minds: any value may stand there then. @throws {AppError} "context_attribute_not_found" */
export function removeContextAttribute(
  caller: Caller,
  input: z.infer<typeof removeContextAttributeInput>,
): Promise<ChangedAttributesView> {
  return change(caller, input, "context_attribute.removed", async (writers, project, attributes) => {
    if (attributes.every(({ name }) => name !== input.name)) {
      const message = `The project ${project.key} declares no attribute ${input.name}.`;
      throw new AppError("context_attribute_not_found", message);
    }
    await writers.contextAttributes.remove(project.projectId, input.name);
  });
}

async function change(
  caller: Caller,
  input: z.infer<typeof removeContextAttributeInput>,
  action: string,
  save: (writers: Writers, project: Project, attributes: readonly ContextAttribute[]) => Promise<void>,
): Promise<ChangedAttributesView> {
  const { db, person } = caller;
  const { view, changed } = await db.transact(person.tenantId, async (writers) => {
    const project = await enterWholeProject(writers, person, "context_attribute.write", input);
    const environments = await writers.environments.lockAll(project.projectId);
    const before = await writers.contextAttributes.list(project.projectId);
    await save(writers, project, before);
    const after = await writers.contextAttributes.list(project.projectId);

    const isKept = isSame(before, after);
    if (!isKept) {
      const types = { before: attributeTypes(before), after: attributeTypes(after) };
      await demandConditionsKept(writers, { project, environments, name: input.name, ...types });
    }
    const changed = isKept
      ? []
      : await raiseAll(writers, environments, {
          type: "context_attributes.changed",
          grownBytes: attributeBytes(attributeTypes(after)) - attributeBytes(attributeTypes(before)),
          traceparent: caller.traceparent,
        });
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action,
      object: `context-attribute/${project.key}/${input.name}`,
      requestId: caller.requestId,
      before: saidOf(before, input.name),
      after: { ...saidOf(after, input.name), revisions: revisionsOf(changed) },
    });
    return {
      view: { attributes: after.map(contextAttributeView), revisions: revisionsOf(changed) },
      changed,
    };
  });

  nudgeAll(caller, changed);
  return view;
}

/** Whether rulesets say the same of them: a description travels in none. */
function isSame(before: readonly ContextAttribute[], after: readonly ContextAttribute[]): boolean {
  return JSON.stringify(attributeTypes(before)) === JSON.stringify(attributeTypes(after));
}

function saidOf(
  attributes: readonly ContextAttribute[],
  name: string,
): Pick<ContextAttribute, "type" | "description" | "isRecorded"> | null {
  const found = attributes.find((each) => each.name === name);
  return found ? { type: found.type, description: found.description, isRecorded: found.isRecorded } : null;
}
