import type { Environment, Project, Writers } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller, type Change } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { attributeBytes, attributeTypes } from "../context-attributes/attribute-types.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { displayName, entityKey } from "../names.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import { demandPublishable } from "../rulesets/demand-publishable.ts";
import { measureSetting } from "../rulesets/measure-compiled.ts";
import { newSalt } from "../settings/new-salt.ts";
import { switchedOff } from "../toggles/create-toggle.ts";

export const createEnvironmentInput = z.strictObject({
  ...projectScope,
  key: entityKey,
  name: displayName,
  /** Left out, it is what the key says: `production` and `live` are. */
  critical: z.boolean().optional(),
});

export interface EnvironmentView {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  /** Whether a mistake there hurts customers, so that who changes it is asked first. */
  readonly critical: boolean;
  readonly epoch: string;
  readonly revision: number;
}

/**
 * Adds an environment to a project. Every toggle is there from the first revision, switched off.
 * @throws {AppError} "environment_key_taken", "limit_reached", "quota_exceeded"
 */
export async function createEnvironment(
  caller: Caller,
  input: z.infer<typeof createEnvironmentInput>,
): Promise<EnvironmentView> {
  const { db, person, nudge } = caller;
  const environment = await db.transact(person.tenantId, async (writers) => {
    const project = await enterProject(writers, person, "environment.write", input);
    await demandQuota(writers, "environments");
    const existing = await writers.environments.lockAll(project.projectId);
    if (existing.length >= LIMITS.environmentsPerProject) {
      throw new AppError(
        "limit_reached",
        `A project has at most ${LIMITS.environmentsPerProject} environments.`,
      );
    }
    return addEnvironment(caller, writers, project, input);
  });
  nudge({
    tenantId: person.tenantId,
    environmentId: environment.environmentId,
    revision: environment.revision,
  });
  return environmentView(environment);
}

/** Within a transaction. The publisher is nudged once that has committed. @throws {AppError} "environment_key_taken" */
export async function addEnvironment(
  change: Change,
  writers: Writers,
  project: Project,
  { key, name, critical = isCalledCritical(key) }: Omit<z.infer<typeof createEnvironmentInput>, "project">,
): Promise<Environment> {
  const { person, requestId } = change;
  const created = await writers.environments.create({ projectId: project.projectId, key, name, critical });
  if (!created) throw new AppError("environment_key_taken", `The key ${key} is taken in this project.`);

  const environment = await fill(change, writers, project, created);
  await appendEntry(writers, person.tenantId, {
    actor: actorOf(person),
    action: "environment.created",
    object: `environment/${project.key}/${created.key}`,
    environmentId: created.environmentId,
    revision: environment.revision,
    requestId,
    after: { name: created.name, critical: created.critical },
  });
  return environment;
}

export function environmentView({
  environmentId,
  key,
  name,
  critical,
  epoch,
  revision,
}: Environment): EnvironmentView {
  return { id: environmentId, key, name, critical, epoch, revision };
}

function isCalledCritical(key: string): boolean {
  return /^prod|^live$/.test(key);
}

/** The first revision brings every toggle and segment of the project at once. */
async function fill(
  { person, traceparent }: Change,
  writers: Writers,
  project: Project,
  created: Environment,
): Promise<Environment> {
  const { environmentId } = created;
  const actor = actorOf(person);
  const toggles = await writers.toggles.listAll(project.projectId);
  const settings = toggles.map((toggle) => {
    const setting = { toggle, state: switchedOff(toggle), salt: newSalt() };
    const measured = measureSetting({ ...setting, version: 1 });
    return { ...setting, environmentId, toggleId: toggle.toggleId, ...measured };
  });
  const segments = await writers.segments.listSizes(project.projectId);
  const attributes = await writers.contextAttributes.list(project.projectId);
  const grownBytes = [...settings, ...segments].reduce(
    (sum, { compiledBytes }) => sum + compiledBytes,
    attributeBytes(attributeTypes(attributes)),
  );
  const { epoch, revision, rulesetBytes } = await writers.environments.raiseRevision(
    environmentId,
    grownBytes,
  );
  demandPublishable(created, rulesetBytes, grownBytes);
  await writers.settings.createAll(settings, revision, actor);
  await writers.segments.addRevisions(environmentId, revision, segments);
  await writers.outbox.append({
    environmentId,
    epoch,
    revision,
    type: "environment.created",
    traceparent,
  });
  return { ...created, revision };
}
