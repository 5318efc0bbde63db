/** Which project and environment a request means. */
import type { Environment, Project, Readers } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { entityKey } from "../names.ts";
import type { Person } from "./caller.ts";

export const projectScope = { project: entityKey.optional() };
export const environmentScope = { ...projectScope, environment: entityKey.optional() };
const environmentScopeInput = z.object(environmentScope);
type EnvironmentScope = z.infer<typeof environmentScopeInput>;

/** @throws {AppError} "project_not_found", "invalid_input" where the request names none and its key has none */
export async function findProject(
  readers: Readers,
  person: Person,
  named: Pick<EnvironmentScope, "project">,
): Promise<Project> {
  if (named.project === undefined && !person.home) throw unnamed("project");

  const project =
    named.project === undefined
      ? person.home && (await readers.projects.find(person.home.projectId))
      : await readers.projects.findByKey(named.project);
  if (!project)
    throw new AppError("project_not_found", `There is no project ${named.project ?? "of this key"} here.`);
  return project;
}

/** @throws {AppError} "environment_not_found", and what {@link findProject} throws */
export async function findEnvironment(
  readers: Readers,
  person: Person,
  named: EnvironmentScope,
): Promise<{ readonly project: Project; readonly environment: Environment }> {
  const project = await findProject(readers, person, named);
  if (named.environment !== undefined) {
    const environment = await readers.environments.findByKey(project.projectId, named.environment);
    if (!environment) throw noEnvironment(named.environment, project.key);
    return { project, environment };
  }

  if (!person.home || person.home.projectId !== project.projectId) throw unnamed("environment");
  const environment = await readers.environments.find(person.home.environmentId);
  if (!environment) throw noEnvironment("of this key", project.key);
  return { project, environment };
}

function noEnvironment(key: string, projectKey: string): AppError {
  return new AppError(
    "environment_not_found",
    `There is no environment ${key} in the project ${projectKey}.`,
  );
}

function unnamed(what: "project" | "environment"): AppError {
  return new AppError("invalid_input", `Name the ${what}: this credential has none of its own.`, {
    issues: [{ pointer: `/${what}`, code: "required", message: `Name the ${what}.` }],
  });
}
