import type { ProjectId, Readers, Toggle } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";

/** @throws {AppError} "toggle_not_found" */
export async function findToggle(readers: Readers, projectId: ProjectId, key: string): Promise<Toggle> {
  const toggle = await readers.toggles.findByKey(projectId, key);
  if (!toggle) throw new AppError("toggle_not_found", `There is no toggle ${key} in this project.`);
  return toggle;
}

/** A toggle that may still change. @throws {AppError} "toggle_not_found", "toggle_archived" */
export async function findLiveToggle(readers: Readers, projectId: ProjectId, key: string): Promise<Toggle> {
  const toggle = await findToggle(readers, projectId, key);
  if (toggle.archivedAt)
    throw new AppError("toggle_archived", `The toggle ${key} is archived and no longer changes.`);
  return toggle;
}
