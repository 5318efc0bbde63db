import { relative } from "node:path";
import { checkout, privateFolder } from "./checkout.mjs";
import { ProgramError } from "./run-program.mjs";

/** How to get rid of what can't be used any more. */
export const START_OVER = "npm start -- --fresh starts over; the data that was there is lost";

const REASONS = new Map([
  ["EACCES", "this user may not use it"],
  ["EPERM", "this user may not change it"],
  ["EROFS", "it lies on a disk that can't be written"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk quota is used up"],
]);

/**
 * What to show a person of an error that ends a start: a line for what was foreseen, and for files of a checkout that are not
 * as they must be; else all there is.
 *
 * @param {unknown} error
 */
export function explainFailure(error) {
  if (error instanceof ProgramError) return error.message;
  const { code, path, dest } = /** @type {NodeJS.ErrnoException & { dest?: string }} */ (error ?? {});
  const file = [path, dest].find((each) => each?.startsWith(privateFolder));
  if (code === undefined || file === undefined) return error;

  // A lock is drafted under a name that nobody knows.
  const name = relative(checkout, file).replace(/\.[0-9a-f-]{36}$/, "");
  const reason = REASONS.get(code);
  if (reason !== undefined) return `${name} can't be used: ${reason} (${code}).`;
  const remedy =
    file === privateFolder ? "It must be a folder: move it away, and run npm start again" : START_OVER;
  return `${name} is damaged (${code}). ${remedy}.`;
}
