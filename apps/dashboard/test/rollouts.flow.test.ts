/** A rollout as an editor of production lives it: planned, started, stopped by its guard, taken back; then what SDKs told of the toggle. */
import { randomUUID } from "node:crypto";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, openProduct, ownerClient, signedInPage } from "./support/flows.ts";

const KEY = "paced_checkout";
const place = { project: "web", environment: "production" };
const USERS = 240;

flow("a plan that was started is paused by its guard, and taken back by a person", async () => {
  const owner = await ownerClient();
  await owner.toggles.create.mutate({ ...place, key: KEY, default: false });
  const page = await signedInPage("editor");
  await openTab(page, "rollout");
  await page.getByRole("button", { name: "Plan a rollout" }).click();

  await page.getByLabel("Step 1, percent").fill("50");
  await page.getByLabel("Step 1, hold", { exact: true }).selectOption("approval");
  for (const step of [4, 3, 2]) await page.getByLabel(`Remove step ${step}`).click();
  await page.getByRole("button", { name: "Add a guard" }).click();
  await page.getByLabel("Event that is counted").fill("payment_failed");
  await page.getByLabel("Of those who had the event").fill("checkout_opened");
  await page.getByLabel("Bound").selectOption("atMostPercent");
  await page
    .getByText(/One step; 50 %/)
    .first()
    .waitFor();
  expect(await axeOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Start the rollout" }).click();

  await page.getByText("50 % get on", { exact: true }).waitFor();
  await page.getByText("It waits for an approval.").waitFor();
  await tellOf(["checkout_opened", "payment_failed"]);
  await page
    .getByText("because a guard found that those who have it fare worse")
    .waitFor({ timeout: 30_000 });
  await page.getByText("Breach").first().waitFor();
  expect(await axeOn(page)).toEqual([]);

  await page.getByRole("button", { name: "Roll back" }).click();
  await page.getByRole("menuitem", { name: "To what stood before the plan" }).click();
  await page.getByLabel(`Type ${KEY} to go on`).fill(KEY);
  await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();

  await page.getByRole("status").filter({ hasText: "Rolled back" }).first().waitFor();
  const [setting] = (await owner.toggles.get.query({ ...place, key: KEY })).settings;
  expect(setting?.rollout).toBeNull();
});

flow("what SDKs told of a toggle is shown as a picture, a sentence and a table", async () => {
  const page = await signedInPage("viewer");
  await openTab(page, "insights");
  await page.getByText("No evaluations in production").waitFor();
  await tellOf(
    [],
    [
      { toggle: KEY, variant: "on", version: 1, count: 30 },
      { toggle: KEY, variant: "off", version: 1, count: 90 },
    ],
  );

  await page.reload();
  await page.getByText("120 evaluations in the last 24 hours: 75% off, 25% on.").waitFor();
  await page.getByText("flow-test").waitFor();
  expect(await axeOn(page)).toEqual([]);
  await page.getByText("Table", { exact: true }).click();

  await page.getByRole("cell", { name: "120" }).waitFor();
});

async function openTab(page: Page, tab: string): Promise<void> {
  await page.goto(`/t/acme/p/web/toggles/${KEY}/${tab}?env=production`);
}

/** As an SDK does, of so many users each. */
async function tellOf(names: readonly string[], counts: readonly object[] = []): Promise<void> {
  const { url, sdkKey } = await openProduct();
  const at = new Date().toISOString();
  const users = Array.from({ length: USERS }, (_, index) => ({ userId: `user-${index}` }));
  const events = users.flatMap((context) => names.map((name) => ({ name, at, context })));
  const batch = {
    batchId: randomUUID(),
    sdk: { name: "flow-test", version: "1.0.0" },
    applied: null,
    counts,
    events,
    unknownKeys: [],
  };
  const answer = await fetch(`${url}/v1/events`, {
    method: "POST",
    headers: { authorization: `Bearer ${sdkKey}`, "content-type": "application/json" },
    body: JSON.stringify(batch),
  });
  expect(answer.status).toBe(202);
}
