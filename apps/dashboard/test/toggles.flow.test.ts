import type { Page } from "playwright-core";
import { expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, ownerClient, signedInPage } from "./support/flows.ts";

const project = "flow-lists";

flow(
  "a toggle is created by its name, found, switched, taken back, compared and archived",
  async () => {
    const client = await ownerClient();
    await client.projects.create.mutate({ key: project, name: "Flow of lists" });
    for (const key of ["production", "staging"])
      await client.environments.create.mutate({
        project,
        key,
        name: key === "staging" ? "Staging" : "Production",
      });
    const page = await signedInPage("owner");
    const home = await homeOf(page);
    await page.goto(`${home}/p/${project}/toggles?env=staging`);
    await page.getByText("No toggle yet").waitFor();

    await page.keyboard.press("c");
    await page.getByLabel("Name").fill("New checkout");
    await page.getByText("Free").waitFor();
    expect(await axeOn(page)).toEqual([]);
    await page.getByRole("combobox", { name: "Tags" }).fill("web");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { level: 1, name: "new-checkout" }).waitFor();

    await page.goto(`${home}/p/${project}/new-toggle?env=staging`);
    await page.getByLabel("Key").fill("new-checkout");
    await page.getByText("This key is another toggle's").waitFor();
    await page.getByLabel("Key").fill("old-menu");
    await page.getByText("Free").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("heading", { level: 1, name: "old-menu" }).waitFor();

    await page.goto(`${home}/p/${project}/toggles?env=staging`);
    await page.getByRole("link", { name: "old-menu" }).waitFor();
    expect(await axeOn(page)).toEqual([]);
    await page.keyboard.press("/");
    await page.keyboard.type("tag:web env:staging=maybe");
    await page.getByText("at character 9: Write env:staging=on").waitFor();
    await page.getByText("1 toggle found").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Remove tag:web" }).click();
    await page.getByRole("link", { name: "old-menu" }).waitFor();

    const staging = page.getByRole("switch", { name: "new-checkout in Staging" });
    await staging.press("Space");
    await page.getByText("new-checkout is on in staging.").waitFor();
    expect((await settingOf("new-checkout", "staging")).enabled).toBe(true);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(async () => (await settingOf("new-checkout", "staging")).enabled).toBe(false);
    await expect.poll(() => staging.isChecked()).toBe(false);

    await page.getByRole("switch", { name: "new-checkout in Production" }).press("Space");
    await page.getByLabel("Type new-checkout to go on").fill("new-checkout");
    await page.keyboard.press("Enter");
    await page.getByText("new-checkout is on in production.").waitFor();

    await page.goto(`${home}/p/${project}/toggles/new-checkout/environments?env=staging`);
    await page.getByText("differs from Production").first().waitFor();
    expect(await axeOn(page)).toEqual([]);
    await page.keyboard.press("]");
    await page.waitForURL(/\/new-checkout\/(?!environments)/);
    await page
      .getByRole("navigation", { name: "Of this toggle" })
      .getByRole("link", { name: "Settings" })
      .click();
    await page.getByRole("textbox", { name: "Description" }).fill("What the shop sells.");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved.").waitFor();
    expect(await axeOn(page)).toEqual([]);

    await page.goto(`${home}/p/${project}/compare?environments=production,staging`);
    await page.getByLabel("Select new-checkout").check();
    expect(await axeOn(page)).toEqual([]);
    await page.getByRole("button", { name: "Promote to…" }).click();
    await page.getByRole("menuitem", { name: "Staging" }).click();
    await page.getByRole("button", { name: "Promote", exact: true }).click();
    await page.getByText("1 of 1 done.").waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await page.getByText("Nothing differs").waitFor();
    expect((await settingOf("new-checkout", "staging")).enabled).toBe(true);

    await page.goto(`${home}/p/${project}/toggles?env=staging`);
    await page.getByRole("link", { name: "old-menu" }).waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.keyboard.press("j");
    await page.keyboard.press("Shift+X");
    await page.getByText("2 toggles selected").waitFor();
    // Somebody else archives one of them meanwhile, and the other is archived all the same.
    const { version: expectedVersion } = await settingOf("old-menu", "staging");
    await client.toggles.archive.mutate({
      project,
      environment: "staging",
      key: "old-menu",
      expectedVersion,
    });
    await page.getByRole("button", { name: "Archive" }).click();
    await page.getByLabel("Type archive to go on").fill("archive");
    await page.keyboard.press("Enter");
    await page.getByText("1 of 2 done, 1 not.").waitFor();
    await page.getByRole("button", { name: "Close" }).last().click();
    await page.getByText("No toggle yet").waitFor();

    async function settingOf(key: string, environment: string) {
      const { settings } = await client.toggles.get.query({ project, environment, key });
      const setting = settings.find((each) => each.environment === environment);
      if (!setting) throw new Error(`There is no setting in ${environment}.`);
      return setting;
    }
  },
  120_000,
);

/** Of the demo's tenant: `/t/acme`. */
async function homeOf(page: Page): Promise<string> {
  await page.goto("/");
  await page.waitForURL(/\/t\/[^/]+/);
  return /^\/t\/[^/]+/.exec(new URL(page.url()).pathname)?.[0] ?? "";
}
