import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { privateFolder } from "./checkout.mjs";
import { ProgramError } from "./run-program.mjs";

/** Written by the seed, readable by its owner only. */
export const demoFile = join(privateFolder, "demo.json");

/**
 * The demo tenant's sign-in and keys.
 *
 * @returns {{ tenant: string, email: string, password: string, personalKey: string, sdkKey: string, baseUrl: string }}
 */
export function readDemoKeys() {
  if (!existsSync(demoFile)) throw new ProgramError("There is no demo tenant yet: run npm start first.");
  return JSON.parse(readFileSync(demoFile, "utf8"));
}
