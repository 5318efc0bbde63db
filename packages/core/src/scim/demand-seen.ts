import { AppError } from "../errors/app-error.ts";

/** @throws {AppError} "version_conflict" */
export function demandSeen(ifMatch: string | undefined, current: string): void {
  if (ifMatch === undefined || ifMatch.trim() === "*") return;
  if (ifMatch.split(",").some((tag) => tag.trim() === current)) return;
  throw new AppError("version_conflict", `This is at version ${current} by now; read it again.`);
}
