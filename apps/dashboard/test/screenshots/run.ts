/**
 * `npm run screenshots`: every page below, from the demo, light and dark, as wide as a desk's and as a phone's screen, into `docs/screenshots`.
 * With words after `--`, those pages alone whose names have one of them.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { findOrInstallChromium } from "@burgee/test-support";
import { chromium as playwright } from "playwright-core";
import { buildDashboard } from "../../../../launcher/toolchain.mjs";
import { startProduct } from "../support/start-product.ts";
import { PAGES } from "./pages.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "..", "..", "docs", "screenshots");
const VIEWS = [
  { scheme: "light", width: 1280, height: 800 },
  { scheme: "dark", width: 1280, height: 800 },
  { scheme: "light", width: 390, height: 844 },
  { scheme: "dark", width: 390, height: 844 },
] as const;

const wanted = process.argv.slice(2);
const pages = PAGES.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const chromium = findOrInstallChromium();
if (chromium === undefined) throw new Error("There is no Chromium here: set BURGEE_CHROMIUM.");

await buildDashboard();
mkdirSync(FOLDER, { recursive: true });
const { product, stop } = await startProduct(chromium);
const browser = await playwright.connect(product.browser);
try {
  const signedIn = await sessionCookie();
  for (const { scheme, width, height } of VIEWS) {
    const context = await browser.newContext({
      baseURL: product.url,
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: "reduce",
    });
    for (const { name, path, isSignedOut = false } of pages) {
      await context.clearCookies();
      if (!isSignedOut) await context.addCookies([{ ...signedIn, url: product.url }]);
      const page = await context.newPage();
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      // What is on its way has a skeleton of its own.
      await page.waitForFunction(() => document.querySelector("[class*=Skeleton-root]") === null);
      await page.screenshot({ path: join(FOLDER, `${name}-${scheme}-${width}.png`) });
      await page.close();
    }
    await context.close();
  }
} finally {
  await browser.close();
  await stop();
}

async function sessionCookie(): Promise<{ readonly name: string; readonly value: string }> {
  const answer = await fetch(`${product.url}/trpc/auth.signIn`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.url },
    body: JSON.stringify({ email: product.email, password: product.password }),
  });
  const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(answer.headers.getSetCookie()[0] ?? "") ?? [];
  return { name, value };
}
