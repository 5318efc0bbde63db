import { expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, ownerClient, signedInPage } from "./support/flows.ts";

flow("a viewer sees the tenant, hears of another's change, and finds nothing where nothing is", async () => {
  const page = await signedInPage("viewer");
  const owner = await ownerClient();
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: "Acme" }).waitFor();
  await page.getByText("You may not see this").waitFor();
  expect(await axeOn(page)).toEqual([]);

  await page.getByRole("link", { name: /Web shop/ }).click();
  await page.getByLabel(/^Live:/).waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Go to, or do").waitFor();
  await page.keyboard.press("Escape");
  await owner.environments.create.mutate({ project: "web", key: "preview", name: "Preview" });
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByPlaceholder("Go to, or do…").fill("preview");
  await page.getByText("Look at this environment").click();

  await page.getByRole("button", { name: "Environment: Preview" }).waitFor();
  expect(new URL(page.url()).searchParams.get("env")).toBe("preview");
  await page.goto("/t/nobody");
  await page.getByRole("heading", { level: 1, name: "There is nothing here" }).waitFor();
});
