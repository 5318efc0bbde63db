import type { Environment, ProjectId, Readers, Webhook, WebhookId } from "@burgee/db";
import type { Person } from "../access/caller.ts";
import { enterWebhook } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";

/** A webhook with its project's key. @throws {AppError} "forbidden", "webhook_not_found" */
export async function enterPlacedWebhook(
  readers: Readers,
  person: Person,
  permission: "webhook.read" | "webhook.write",
  named: { readonly id: WebhookId },
): Promise<{ readonly webhook: Webhook; readonly project: string | null }> {
  const webhook = await enterWebhook(readers, person, permission, named);
  const project = webhook.projectId && (await readers.projects.find(webhook.projectId));
  return { webhook, project: project?.key ?? null };
}

/** @throws {AppError} "environment_not_found" for a key that none of the project has, or none of the tenant's where none is meant */
export async function demandEnvironments(
  readers: Readers,
  projectId: ProjectId | null,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const projects =
    projectId === null ? (await readers.projects.list()).map((each) => each.projectId) : [projectId];
  const found: Environment[] = [];
  for (const each of projects) found.push(...(await readers.environments.list(each)));
  const missing = keys.find((key) => !found.some((environment) => environment.key === key));
  if (missing === undefined) return;
  throw new AppError("environment_not_found", `There is no environment ${missing} here.`);
}
