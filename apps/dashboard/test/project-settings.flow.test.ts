import { createServer } from "node:http";
import type { Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, openProduct, signedInPage } from "./support/flows.ts";

flow(
  "a project is made, with an environment, a key and an endpoint that is told",
  async () => {
    const endpoint = await listen();
    const page = await signedInPage("owner");
    const home = await homeOf(page);
    await page.goto(`${home}/projects`);
    await page.getByRole("button", { name: "Create project" }).first().click();
    await page.getByLabel("Name").fill("Flow of settings");
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByText("No toggle yet").waitFor();
    const settings = `${home}/p/flow-of-settings/settings`;

    await page.goto(`${settings}/environments`);
    await page.getByRole("button", { name: "Create environment" }).click();
    await page.getByLabel("Name").fill("Preview");
    await page.getByLabel("Critical").check();
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page.getByRole("button", { name: "Edit Preview" }).waitFor();
    expect(await page.getByRole("table").getByText("Critical", { exact: true }).count()).toBe(2);
    expect(await axeOn(page)).toEqual([]);

    await page.goto(`${settings}/keys`);
    await page.getByRole("button", { name: "Issue key" }).click();
    await page.getByLabel("Name").fill("Shop server");
    await page.getByRole("button", { name: "Issue", exact: true }).click();
    const shown = await page
      .getByRole("dialog")
      .getByText(/^bg_srv_/)
      .textContent();
    expect(shown).toMatch(/^bg_srv_.{20,}/);
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByText("Shop server").waitFor();
    expect(await page.getByText(shown ?? "").count()).toBe(0);
    expect(await axeOn(page)).toEqual([]);
    await page.getByRole("button", { name: "Actions of Shop server" }).click();
    await page.getByRole("menuitem", { name: "Rotate…" }).click();
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page.getByRole("button", { name: "I have copied it" }).click();
    await page.getByText("works until").waitFor();
    await page.getByRole("button", { name: "Actions of Shop server" }).first().click();
    await page.getByRole("menuitem", { name: "Revoke…" }).click();
    await page.getByLabel("Type Shop server to go on").fill("Shop server");
    await page.keyboard.press("Enter");
    await page.getByText("Revoked", { exact: true }).waitFor();

    await page.goto(`${settings}/context`);
    await page.getByRole("button", { name: "Declare attribute" }).click();
    await page.getByRole("textbox", { name: "Attribute" }).fill("plan");
    await page.getByRole("button", { name: "Declare", exact: true }).click();
    await page.getByRole("button", { name: "Edit plan" }).waitFor();
    expect(await axeOn(page)).toEqual([]);

    await page.goto(`${settings}/webhooks`);
    await page.getByRole("button", { name: "Create webhook" }).click();
    await page.getByLabel("Name").fill("Chat");
    await page.getByLabel("Address").fill(endpoint);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await page
      .getByRole("dialog")
      .getByText(/^whsec_/)
      .waitFor();
    await page.getByRole("button", { name: "I have copied it" }).click();
    expect(await axeOn(page)).toEqual([]);
    await page.getByRole("link", { name: "Chat" }).click();
    await page.getByRole("button", { name: "Send a test" }).click();
    await page.getByText("delivered", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Tries" }).click();
    await page.getByText("heard and understood").waitFor();
    expect(await axeOn(page)).toEqual([]);
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByText("It is sent again.").waitFor();
    await page.getByRole("button", { name: "Rotate secret" }).click();
    await page.getByRole("button", { name: "Rotate", exact: true }).click();
    await page
      .getByRole("dialog")
      .getByText(/^whsec_/)
      .waitFor();
  },
  120_000,
);

/** An endpoint that answers, at an address that the product may call. */
async function listen(): Promise<string> {
  const { outside } = await openProduct();
  const server = createServer((_, response) => response.end("heard and understood"));
  await new Promise<void>((resolve) => server.listen(outside[0], "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${outside[0]}/hooks`;
}

/** Of the demo's tenant: `/t/acme`. */
async function homeOf(page: Page): Promise<string> {
  await page.goto("/");
  await page.waitForURL(/\/t\/[^/]+/);
  return /^\/t\/[^/]+/.exec(new URL(page.url()).pathname)?.[0] ?? "";
}
