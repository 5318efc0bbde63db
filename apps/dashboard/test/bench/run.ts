/**
 * `npm run bench:dashboard`: how long the list of 5,000 toggles makes a person wait, in a browser, of a whole product on this machine: from
 * the address to the first rows, and from a key that is pressed to what it brings, painted.
 */

import { findOrInstallChromium } from "@burgee/test-support";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildDashboard } from "../../../../launcher/toolchain.mjs";
import { startProduct } from "../support/start-product.ts";
import { PLANTED, plantToggles } from "./plant-toggles.ts";

const TOGGLES = 5_000;
const LOADS = 9;
const KEYS = 30;
const TYPED = "toggle-4711";
/** After which a key has brought what it will bring. */
const QUIET_MS = 700;
/** What a person does not notice. */
const MOST_MS = { firstRows: 1_000, key: 200 } as const;

declare global {
  interface Window {
    keyTimes: () => number;
  }
}

const executablePath = findOrInstallChromium();
if (executablePath === undefined)
  throw new Error("This machine has no browser: install Chromium, or name it in CHROME_PATH.");
await buildDashboard();
const { product, databaseUrl, stop } = await startProduct(executablePath);
let browser: Browser | undefined;
try {
  await plantToggles(databaseUrl, TOGGLES);
  browser = await chromium.connect(product.browser);
  const page = await signedIn(browser);
  await page.goto("/");
  await page.waitForURL(/\/t\/[^/]+/);
  const [tenant] = /^\/t\/[^/]+/.exec(new URL(page.url()).pathname) ?? [];
  const list = `${tenant}/p/${PLANTED}/toggles`;
  await page.goto(list);
  await page.getByText(`${TOGGLES.toLocaleString("en")} toggles`).waitFor();

  const firstRows: number[] = [];
  for (let load = 0; load < LOADS; load++) firstRows.push(await millisecondsToRows(page, list));
  const search = page.getByLabel("Search toggles");
  await search.focus();
  const typed: number[] = [];
  for (const key of TYPED) typed.push(await millisecondsToPaint(page, key));
  await search.fill("");
  await page.keyboard.press("Escape");
  await page.waitForTimeout(QUIET_MS);
  const moved: number[] = [];
  for (let key = 0; key < KEYS; key++) moved.push(await millisecondsToPaint(page, "j"));

  print("first rows, from the address on", firstRows, MOST_MS.firstRows);
  print("a key of a search, to what it finds", typed, MOST_MS.key);
  print("j, to the next row", moved, MOST_MS.key);
} finally {
  await browser?.close();
  await stop();
}

async function signedIn(from: Browser): Promise<Page> {
  const { url, email, password } = product;
  const context = await from.newContext({ baseURL: url, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await context.request.post("/trpc/auth.signIn", {
    headers: { origin: url },
    data: { email, password },
  });
  return page;
}

/** By the page's own clock, which begins with the navigation. */
async function millisecondsToRows(page: Page, list: string): Promise<number> {
  await page.goto(list, { waitUntil: "commit" });
  const handle = await page.waitForFunction(
    () => document.querySelector("tbody tr a") && performance.now(),
    undefined,
    {
      polling: "raf",
    },
  );
  return Number(await handle.jsonValue());
}

/** From the key's event to the frame after the last change that it brought to the page. */
async function millisecondsToPaint(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    const times = { began: 0, painted: 0 };
    const onKey = () => {
      times.began = performance.now();
    };
    addEventListener("keydown", onKey, { capture: true, once: true });
    const onChange = () =>
      requestAnimationFrame(() => {
        times.painted = performance.now();
      });
    const observer = new MutationObserver(onChange);
    addEventListener("focusin", onChange, { capture: true, once: true });
    const all = { subtree: true, childList: true, characterData: true, attributes: true };
    observer.observe(document.querySelector("main") ?? document.body, all);
    window.keyTimes = () => {
      observer.disconnect();
      return times.painted - times.began;
    };
  });
  await page.keyboard.press(key);
  await page.waitForTimeout(QUIET_MS);
  return page.evaluate(() => window.keyTimes());
}

function print(what: string, times: readonly number[], mostMs: number): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [median = 0, worst = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  const verdict = median <= mostMs ? "within" : "MORE THAN";
  console.log(
    `  ${what}: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms of ${times.length} (${verdict} ${mostMs} ms)`,
  );
  if (median > mostMs) process.exitCode = 1;
}
