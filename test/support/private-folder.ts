import { join } from "node:path";

/** The root of the checkout. */
export const checkout: string = join(import.meta.dirname, "..", "..");

/** A folder of the checkout's private place, which git ignores. */
export function privateFolder(name: string): string {
  return join(checkout, ".burgee", name);
}
