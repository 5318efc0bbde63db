import axe from "axe-core";
import type { Page } from "playwright-core";

/** As a screen is looked at: both schemes, a phone's width, and enlarged to twice the size. */
const VIEWS = [
  { name: "light", width: 1280, scheme: "light" },
  { name: "dark", width: 1280, scheme: "dark" },
  { name: "320 px wide", width: 320, scheme: "light" },
  // A page at 200 % has half as many pixels of its own.
  { name: "200 %", width: 640, scheme: "dark" },
] as const;

/** Two of them each time, in turns, so that a run has looked at some screens in each; all of them by `npm run axe`. */
const TURNS = [
  [VIEWS[0], VIEWS[3]],
  [VIEWS[1], VIEWS[2]],
] as const;
let turn = 0;

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds wrong on the page as it stands, one line each; and what is wider than the page where it is narrow. */
export async function axeOn(page: Page): Promise<readonly string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const found: string[] = [];
  await page.evaluate(axe.source);
  // A colour on its way from one scheme to the other is in neither.
  await page.addStyleTag({ content: "* { transition: none !important; animation: none !important }" });
  for (const { name, width, scheme } of viewsOfNow()) {
    await page.setViewportSize({ width, height: before.height });
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.evaluate(
      (chosen) => document.documentElement.setAttribute("data-mantine-color-scheme", chosen),
      scheme,
    );
    const lines = await page.evaluate(async (tags) => {
      // A colour on its way to another is neither.
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      const { violations } = await window.axe.run(document, {
        runOnly: tags,
        resultTypes: ["violations"],
      });
      const overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      return [
        ...violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`)),
        ...(overflow > 1 ? [`wider than the page by ${overflow} px`] : []),
      ];
    }, TAGS);
    found.push(...lines.map((line) => `${name}: ${line}`));
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
  return found;
}

function viewsOfNow(): readonly (typeof VIEWS)[number][] {
  if (process.env.BURGEE_AXE === "every-view") return VIEWS;
  turn += 1;
  return TURNS[turn % TURNS.length] ?? VIEWS;
}

declare global {
  interface Window {
    readonly axe: typeof axe;
  }
}
