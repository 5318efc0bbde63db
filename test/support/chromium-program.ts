import { spawnSync } from "node:child_process";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The Chromium of this machine: `BURGEE_CHROMIUM` or `CHROME_PATH`, or one on the PATH; `undefined` where there is none. */
export function findChromium(): string | undefined {
  const { BURGEE_CHROMIUM, CHROME_PATH } = process.env;
  const given = BURGEE_CHROMIUM ?? CHROME_PATH;
  const names = given === undefined ? NAMES : [given];
  return names.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
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
