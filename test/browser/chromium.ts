import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A browser that says nothing to anyone, and runs as root too. */
const FLAGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom"],
];

/**
 * Runs a script in an empty page of a new profile and gives the text that it leaves in `result`.
 *
 * @throws {Error} what the script threw
 */
export function runInChromium(chromium: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), "burgee-chromium-"));
  try {
    writeFileSync(join(folder, "script.js"), script);
    writeFileSync(join(folder, "page.html"), PAGE);
    const page = execFileSync(
      chromium,
      [...FLAGS, `--user-data-dir=${join(folder, "profile")}`, pathToFileURL(join(folder, "page.html")).href],
      { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 },
    );
    const [, outcome, text = ""] = /<pre id="(result|error)">([^<]*)<\/pre>/.exec(page) ?? [];
    if (outcome !== "result") throw new Error(`The page failed: ${decodeURIComponent(text) || page}`);
    return decodeURIComponent(text);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Written out in the form of addresses: it holds nothing that HTML would read otherwise. */
const PAGE = `<!doctype html><meta charset="utf-8">
<script>
  const show = (id, text) => {
    const shown = document.body.appendChild(document.createElement("pre"));
    shown.id = id;
    shown.textContent = encodeURIComponent(text);
  };
  let result;
  addEventListener("error", ({ message }) => show("error", message));
</script>
<body><script src="script.js"></script><script>result === undefined || show("result", result)</script>`;
