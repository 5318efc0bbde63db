import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The Chromium of this machine, by its path: `BURGEE_CHROMIUM` or `CHROME_PATH`, or one on the PATH; `undefined` where there is none. */
export function findChromium(): string | undefined {
  const { BURGEE_CHROMIUM, CHROME_PATH } = process.env;
  const given = BURGEE_CHROMIUM ?? CHROME_PATH;
  const names = given === undefined ? NAMES : [given];
  return names.flatMap(placesOf).find(isProgram);
}

function placesOf(name: string): readonly string[] {
  if (isAbsolute(name)) return [name];
  return (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The same; on a Debian or Ubuntu of which we are root it is installed first. */
export function findOrInstallChromium(): string | undefined {
  const found = findChromium();
  if (found !== undefined || process.getuid?.() !== 0) return found;
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const { status } = spawnSync("apt-get", args, {
      stdio: "ignore",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) return undefined;
  }
  return findChromium();
}
