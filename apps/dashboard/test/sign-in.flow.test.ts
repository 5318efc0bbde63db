import { expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { flow, freshPage, openProduct } from "./support/flows.ts";

flow("who signs in by keyboard alone comes to where they were going, and signs out again", async () => {
  const { email, password } = await openProduct();
  const page = await freshPage();
  await page.goto("/account/security");

  await page.getByLabel("Email").waitFor();
  expect(await axeOn(page)).toEqual([]);
  await page.keyboard.type(email);
  await page.keyboard.press("Enter");
  await page.getByLabel("Password", { exact: true }).waitFor();
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").waitFor();
  const refusal = await page.getByRole("alert").innerText();
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sessions" }).waitFor();

  expect(refusal).toMatch(/password/i);
  expect(refusal).not.toContain(email);
  await page.getByText("this one").waitFor();
  expect(await axeOn(page)).toEqual([]);
  await page.getByRole("button", { name: /Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByLabel("Email").waitFor();
});
