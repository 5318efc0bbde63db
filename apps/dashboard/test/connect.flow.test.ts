import { type StartedProcess, startProcess } from "@burgee/test-support";
import { afterAll, expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, freshPage, openProduct } from "./support/flows.ts";

let program: StartedProcess | undefined;
afterAll(() => program?.kill());

flow("whoever signs up connects a program, flips its toggle, and the program's line changes", async () => {
  const { url } = await openProduct();
  const page = await freshPage();
  await page.goto("/sign-up");
  await page.getByLabel("Your name").fill("Ana Alves");
  await page.getByLabel("Email").fill("ana@flows.example");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByLabel("Organisation").fill("Flows and Co");
  await page.getByRole("button", { name: "Create the account" }).click();

  await page.getByRole("button", { name: "Make the key" }).click();
  const snippet = await page.getByText("createServerClient({").innerText();
  const [, sdkKey = ""] = /sdkKey: "([^"]+)"/.exec(snippet) ?? [];
  expect(await axeOn(page)).toEqual([]);
  program = startProcess("test/end-to-end/sdk-program.mjs", { BURGEE_URL: url, BURGEE_SDK_KEY: sdkKey }, [
    "welcome-banner",
  ]);
  await page.getByText(/SDK connected: burgee-js-server/).waitFor();
  await page.getByRole("heading", { name: "Your app is connected" }).waitFor();
  await page.getByRole("switch", { name: /welcome-banner/ }).press("Space");

  await page.getByText("welcome-banner is on").waitFor();
  await program.line(/"type":"change".*"enabled":1000/);
});
