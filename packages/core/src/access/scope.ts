/** Which project and environment a request means, and whether its person may do there what they want to. */
import type {
  Environment,
  Project,
  Readers,
  RolloutPlan,
  RolloutPlanId,
  ScheduledChange,
  ScheduledChangeId,
  SdkKey,
  SdkKeyId,
  Webhook,
  WebhookId,
} from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { entityKey } from "../names.ts";
import { demand, demandSomewhere, demandThroughout, TENANT } from "./access.ts";
import type { Person } from "./caller.ts";
import type { Permission } from "./permissions.ts";

export const projectScope = { project: entityKey.optional() };
export const environmentScope = { ...projectScope, environment: entityKey.optional() };
const environmentScopeInput = z.object(environmentScope);
export type EnvironmentScope = z.infer<typeof environmentScopeInput>;

/**
 * The project of a request whose person holds the permission in it.
 * @throws {AppError} "forbidden", "project_not_found", "invalid_input" where the request names none and its key has none
 */
export async function enterProject(
  readers: Readers,
  person: Person,
  permission: Permission,
  named: Pick<EnvironmentScope, "project">,
): Promise<Project> {
  const project = await findProject(readers, person, named);
  // Whoever may do it in places only learns nothing of others.
  demand(person, permission, project ? { projectId: project.projectId } : TENANT);
  return project ?? noProject(named);
}

/** The same, where environments change with the project: the permission is needed in each of them too. */
export async function enterWholeProject(
  readers: Readers,
  person: Person,
  permission: Permission,
  named: Pick<EnvironmentScope, "project">,
): Promise<Project> {
  const project = await enterProject(readers, person, permission, named);
  demandThroughout(person, permission, { projectId: project.projectId });
  return project;
}

/** The same, where the permission in any part of the project will do. */
export async function enterPartOfProject(
  readers: Readers,
  person: Person,
  permission: Permission,
  named: Pick<EnvironmentScope, "project">,
): Promise<Project> {
  const project = await findProject(readers, person, named);
  if (project) demandSomewhere(person, permission, { projectId: project.projectId });
  else demand(person, permission, TENANT);
  return project ?? noProject(named);
}

/** @throws {AppError} "environment_not_found", and what {@link enterProject} throws */
export async function enterEnvironment(
  readers: Readers,
  person: Person,
  permission: Permission,
  named: EnvironmentScope,
): Promise<{ readonly project: Project; readonly environment: Environment }> {
  const project = await findProject(readers, person, named);
  const environment = project && (await findEnvironment(readers, person, project, named));
  demand(person, permission, environment ?? (project ? { projectId: project.projectId } : TENANT));
  if (!project) return noProject(named);
  if (environment) return { project, environment };
  throw new AppError(
    "environment_not_found",
    `There is no environment ${named.environment ?? "of this key"} in the project ${project.key}.`,
  );
}

export interface NamedPlace {
  readonly project?: Project;
  readonly environment?: Environment;
}

/** The environment that is named, else the project, else the tenant. Where a key is at home is not meant. */
export async function enterNamedPlace(
  readers: Readers,
  person: Person,
  permission: Permission,
  named: EnvironmentScope,
): Promise<NamedPlace> {
  const { project, environment } = named;
  const nowhere = { ...person, home: undefined };
  if (environment !== undefined) return enterEnvironment(readers, nowhere, permission, named);
  if (project !== undefined) return { project: await enterProject(readers, nowhere, permission, named) };
  demand(person, permission, TENANT);
  return {};
}

/** The place that is named, for what one may do there oneself: that is no secret, but places are to who reads nothing of them. */
export async function enterAsSelf(
  readers: Readers,
  person: Person,
  { project: key, environment }: EnvironmentScope,
): Promise<NamedPlace> {
  if (key === undefined && environment === undefined) return {};
  const nowhere = { ...person, home: undefined };
  const project = await enterPartOfProject(readers, nowhere, "project.read", { project: key });
  if (environment === undefined) return { project };
  const found = await readers.environments.findByKey(project.projectId, environment);
  if (found) return { project, environment: found };
  const message = `There is no environment ${environment} in the project ${project.key}.`;
  throw new AppError("environment_not_found", message);
}

/** The project that is named, else the tenant, where the permission is needed in each part of it too. Where a key is at home is not meant. */
export async function enterWholePlace(
  readers: Readers,
  person: Person,
  permission: Permission,
  named: Pick<EnvironmentScope, "project">,
): Promise<Project | undefined> {
  const { project } = await enterNamedPlace(readers, person, permission, { project: named.project });
  demandThroughout(person, permission, project ? { projectId: project.projectId } : TENANT);
  return project;
}

/** @throws {AppError} "forbidden", "rollout_not_found" */
export async function enterRolloutPlan(
  readers: Readers,
  person: Person,
  permission: Permission,
  { id }: { readonly id: RolloutPlanId },
): Promise<RolloutPlan> {
  const plan = await readers.rollouts.find(id);
  const environment = plan && (await readers.environments.find(plan.environmentId));
  demand(person, permission, environment ?? TENANT);
  if (plan) return plan;
  throw new AppError("rollout_not_found", "There is no such rollout plan.");
}

/** @throws {AppError} "forbidden", "scheduled_change_not_found" */
export async function enterScheduledChange(
  readers: Readers,
  person: Person,
  permission: Permission,
  { id }: { readonly id: ScheduledChangeId },
): Promise<ScheduledChange> {
  const change = await readers.scheduledChanges.find(id);
  const environment = change && (await readers.environments.find(change.environmentId));
  demand(person, permission, environment ?? TENANT);
  if (change) return change;
  throw new AppError("scheduled_change_not_found", "There is no such scheduled change.");
}

/** @throws {AppError} "forbidden", "sdk_key_not_found" */
export async function enterSdkKey(
  readers: Readers,
  person: Person,
  permission: Permission,
  { id }: { readonly id: SdkKeyId },
): Promise<SdkKey> {
  const key = await readers.sdkKeys.find(id);
  demand(person, permission, key ?? TENANT);
  if (key) return key;
  throw new AppError("sdk_key_not_found", "There is no such key.");
}

/** The webhook, whose person holds the permission in all that it tells of. @throws {AppError} "forbidden", "webhook_not_found" */
export async function enterWebhook(
  readers: Readers,
  person: Person,
  permission: Permission,
  { id }: { readonly id: WebhookId },
): Promise<Webhook> {
  const webhook = await readers.webhooks.find(id);
  demandThroughout(person, permission, webhook?.projectId ? { projectId: webhook.projectId } : TENANT);
  if (webhook) return webhook;
  throw new AppError("webhook_not_found", "There is no such webhook.");
}

async function findProject(
  readers: Readers,
  { home }: Person,
  { project: key }: Pick<EnvironmentScope, "project">,
): Promise<Project | undefined> {
  if (key !== undefined) return readers.projects.findByKey(key);
  if (!home) throw unnamed("project");
  return readers.projects.find(home.projectId);
}

async function findEnvironment(
  readers: Readers,
  { home }: Person,
  { projectId }: Project,
  { environment: key }: EnvironmentScope,
): Promise<Environment | undefined> {
  if (key !== undefined) return readers.environments.findByKey(projectId, key);
  if (home?.projectId !== projectId) throw unnamed("environment");
  return readers.environments.find(home.environmentId);
}

function noProject({ project }: Pick<EnvironmentScope, "project">): never {
  throw new AppError("project_not_found", `There is no project ${project ?? "of this key"} here.`);
}

function unnamed(what: "project" | "environment"): AppError {
  return new AppError("invalid_input", `Name the ${what}: this credential has none of its own.`, {
    issues: [{ pointer: `/${what}`, code: "required", message: `Name the ${what}.` }],
  });
}
