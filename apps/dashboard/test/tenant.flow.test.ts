/** What a tenant's owner does now and then: looks into the log and takes it along, gives people roles, names segments, clears up. */
import { text } from "node:stream/consumers";
import { CLIENT_ID, CLIENT_SECRET, startScriptedProvider } from "@burgee/test-support/scripted-provider";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, openProduct, ownerClient, signedInPage } from "./support/flows.ts";

flow("the audit log is narrowed, opened, exported to its end and downloaded", async () => {
  const page = await signedInPage("owner");
  await open(page, "audit?action=toggle.created");
  const entries = page.getByRole("list", { name: "Entries, the newest first" });
  await entries.getByRole("button").first().click();
  await page.getByRole("button", { name: "Copy a link to this entry" }).waitFor();
  expect(await axeOn(page)).toEqual([]);

  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("menuitem", { name: "CSV, for spreadsheets" }).click();
  await page.getByText("Export of the audit log is done.").waitFor({ state: "attached", timeout: 30_000 });
  await page.reload();
  await page.getByRole("button", { name: "Jobs", exact: true }).click();
  await page.getByRole("link", { name: "All jobs" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page
      .getByRole("main")
      .getByRole("link", { name: /^Download CSV/ })
      .click(),
  ]);
  const lines = (await text(await download.createReadStream())).trim().split(/\r?\n/);

  expect(lines.length).toBeGreaterThan(1);
  expect(lines.slice(1).every((line) => line.includes("toggle.created"))).toBe(true);
  expect(await axeOn(page)).toEqual([]);
});

flow("a role is given in one environment, and it is said what it lets somebody do", async () => {
  await signedInPage("viewer");
  const owner = await ownerClient();
  const { items } = await owner.members.list.query({});
  const viewer = items.find(({ name }) => name.startsWith("viewer-"));
  const name = viewer?.name ?? "";
  const page = await signedInPage("owner");
  await open(page, "settings/members");

  await page.getByRole("button", { name: `Roles of ${name} by project` }).click();
  await page.getByLabel("Project", { exact: true }).last().selectOption("web");
  await page.getByLabel("Environment", { exact: true }).last().selectOption("production");
  await page.getByRole("button", { name: `Give ${name} this role there` }).click();
  await page.getByText("Editor in web/production").waitFor();
  expect(await axeOn(page)).toEqual([]);
  await page.getByRole("button", { name: `More about ${name}` }).click();
  await page.getByRole("menuitem", { name: "What may they do?" }).click();
  await page.getByText("No: role Viewer, bound to the tenant").waitFor();
  await page.getByLabel("Project", { exact: true }).selectOption("web");
  await page.getByLabel("Environment", { exact: true }).selectOption("production");

  await page.getByText("Yes: role Editor, bound to the environment").waitFor();
  expect(await axeOn(page)).toEqual([]);
});

flow("a role of the tenant's own is made from another one, and compared with it", async () => {
  const page = await signedInPage("owner");
  await open(page, "settings/roles");
  await page.getByRole("button", { name: "New role" }).click();
  await page.getByLabel("Name").fill("Release manager");
  await page.getByLabel("Begin with").selectOption("editor");
  await page.getByLabel("Webhooks: read").check();
  await page.getByText("More than editor: Webhooks: read.").waitFor();
  await page.getByRole("button", { name: "Make the role" }).click();
  await page.getByLabel("Compare with").selectOption("editor");

  await page.getByText("1 more, 0 fewer").waitFor();
  expect(await axeOn(page)).toEqual([]);
});

flow("a provider is set up and tried out before anybody depends on it", async () => {
  const { outside } = await openProduct();
  const provider = await startScriptedProvider(outside[0]);
  const page = await signedInPage("owner");
  await page.route(`${provider.issuer}/authorize**`, (route) => {
    const question = new URL(route.request().url()).searchParams;
    const callback = new URL(question.get("redirect_uri") ?? "");
    const claims = { groups: ["engineers"] };
    callback.searchParams.set("code", provider.codeFor({ nonce: question.get("nonce") ?? "" }, { claims }));
    callback.searchParams.set("state", question.get("state") ?? "");
    callback.searchParams.set("iss", provider.issuer);
    return route.fulfill({ status: 302, headers: { location: callback.href } });
  });
  await open(page, "settings/single-sign-on");
  await page.getByRole("button", { name: "Add a provider" }).click();
  await page.getByLabel("Name").fill("Acme login");
  await page.getByLabel("Issuer").fill(provider.issuer);
  await page.getByLabel("Client id").fill(CLIENT_ID);
  await page.getByLabel("Client secret").fill(CLIENT_SECRET);
  await page.getByLabel("Claim that says the role").fill("groups");
  await page.getByRole("button", { name: "Add a value" }).click();
  await page.getByLabel("Value 1 of groups").fill("engineers");
  await page.getByLabel("becomes").selectOption("editor");
  await page.getByRole("button", { name: "Add the provider" }).click();
  await page.getByText("Not tried out").waitFor();
  expect(await axeOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Try the sign-in" }).click();

  await page.getByText("by its claims you would be editor here.").waitFor();
  await page.getByRole("button", { name: "Enforce" }).and(page.locator(":enabled")).waitFor();
  await provider.close();
});

flow("a segment is made of a condition and a file, and what asks it is named", async () => {
  const page = await signedInPage("owner");
  await open(page, "p/web/segments/new");
  await page.getByLabel("Key").fill("flow-beta");
  await page.getByLabel("Condition").fill("plan ==");
  await page.getByText(/Line 1, column/).waitFor();
  await page.getByLabel("Condition").fill("plan == 'beta'");
  const file = {
    name: "beta.csv",
    mimeType: "text/csv",
    buffer: Buffer.from('userId\nada\nbo\nada\n"open\n'),
  };
  await page.locator("input[type=file]").first().setInputFiles(file);
  await page.getByText("beta.csv: ids taken 2, once more 1, rows rejected 1.").waitFor();
  await page.getByRole("button", { name: "Make the segment" }).click();
  await page.getByText("Nothing: it can be archived.").waitFor();
  expect(await axeOn(page)).toEqual([]);

  const owner = await ownerClient();
  expect(await owner.segments.get.query({ project: "web", key: "flow-beta" })).toMatchObject({
    include: ["ada", "bo"],
    condition: "plan == 'beta'",
  });
  await open(page, "p/web/segments/testers");
  await page.getByRole("link", { name: "search_ranking" }).first().waitFor();
});

flow("toggles that have done their work are archived together", async () => {
  const owner = await ownerClient();
  for (const key of ["done_one", "done_two"])
    await owner.toggles.create.mutate({ project: "web", environment: "production", key, default: false });
  const page = await signedInPage("owner");
  await open(page, "p/web/lifecycle");
  for (const key of ["done_one", "done_two"]) await page.getByLabel(`Choose ${key}`).check();
  expect(await axeOn(page)).toEqual([]);
  await page.getByRole("button", { name: "Archive 2" }).click();
  await page.getByLabel("Type 2 to go on").fill("2");
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();

  await page.getByText("2 archived.").waitFor();
  const { archived } = await owner.toggles.get.query({
    project: "web",
    environment: "production",
    key: "done_two",
  });
  expect(archived).toBe(true);
});

async function open(page: Page, path: string): Promise<void> {
  await page.goto(`/t/acme/${path}`);
}
