import type { Page } from "playwright-core";
import { beforeAll, describe, expect } from "vitest";
import { axeOn } from "./support/axe.ts";
import { type Client, flow, ownerClient, signedInPage } from "./support/flows.ts";

const PROJECT = "targeting-flows";
let client: Client;
let slug: string;

beforeAll(async () => {
  client = await ownerClient();
  await client.projects.create.mutate({ key: PROJECT, name: "Targeting flows" });
  for (const key of ["production", "staging"]) {
    await client.environments.create.mutate({ project: PROJECT, key, name: key });
  }
  await client.contextAttributes.set.mutate({ project: PROJECT, name: "plan", type: "string" });
  await client.contextAttributes.set.mutate({ project: PROJECT, name: "age", type: "number" });
  slug = (await client.tenants.get.query()).name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}, 60_000);

describe("targeting", () => {
  flow(
    "writes a rule in the builder, reads it as CEL, publishes it, and is told why in the playground",
    async () => {
      await aToggle("checkout");
      const page = await openTab("checkout", "targeting", "staging");
      await page.getByRole("switch", { name: "On in staging" }).focus();
      await page.keyboard.press("Space");

      await page.getByRole("button", { name: "Add a rule" }).click();
      await page.getByLabel("Title of rule 1").fill("Pro customers");
      await fillCondition(page, 1, "plan", ["pro", "team"]);
      await page.getByRole("button", { name: "Add a condition" }).click();
      await page.getByRole("combobox", { name: "Condition 2 of rule 1: attribute" }).fill("age");
      await page.getByRole("textbox", { name: "Condition 2 of rule 1: value" }).fill("18");
      await expectText(
        page.getByTestId("summary"),
        "Users whose plan is one of pro or team and whose age is at least 18 get on.",
      );
      await page.getByText("Expression", { exact: true }).click();
      const expression = page.getByLabel("Expression of rule 1");
      await expectText(expression, "plan in ['pro', 'team'] && age >= 18");
      await expectText(page.getByRole("region", { name: "Unsaved changes" }), "2 unsaved changes");
      await page.getByText("would get something else").waitFor();

      // What the builder can't show stays an expression, and it says why.
      await expression.fill("age >= 18 && (plan == 'pro' || plan == 'team')");
      await page.getByText("Builder", { exact: true }).click();
      await page.getByText("A form has one level").waitFor();
      await expectText(expression, "age >= 18 && (plan == 'pro' || plan == 'team')");

      await publish(page, "For those who pay");
      await page.goto(
        at(
          `playground?env=staging&in=${encodeURIComponent('["staging"]')}&context=${encodeURIComponent('{"userId":"ada","plan":"pro","age":20}')}`,
        ),
      );
      await page.getByRole("button", { name: /checkout in staging serves on/ }).click();
      await page.getByText("Rule 1: Pro customers").waitFor();
      await page.getByText("decides", { exact: true }).waitFor();
      expect(await axeOn(page)).toEqual([]);

      const saved = await client.settings.history.query({
        project: PROJECT,
        environment: "staging",
        toggle: "checkout",
      });
      expect(saved.items[0]).toMatchObject({
        comment: "For those who pay",
        rules: [
          {
            title: "Pro customers",
            condition: "age >= 18 && (plan == 'pro' || plan == 'team')",
            variant: "on",
          },
        ],
      });
    },
  );

  flow("is done by keyboard alone, and asks for the key where customers are", async () => {
    await aToggle("keyboard");
    const page = await openTab("keyboard", "targeting", "production");
    const control = page.getByRole("switch", { name: "On in production" });

    await control.focus();
    await page.keyboard.press("Space");
    await page.getByText("1 unsaved change").waitFor();
    await page.keyboard.press("Control+s");
    await page.getByLabel("Why").fill("By keyboard");
    await page.keyboard.press("Control+Enter");
    expect(await page.getByRole("button", { name: "Publish now" }).isDisabled()).toBe(true);
    await page.getByLabel(/production is critical/).focus();
    await page.keyboard.type("keyboard");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Version 2 is published in production.").waitFor();

    const { settings } = await client.toggles.get.query({
      project: PROJECT,
      environment: "production",
      key: "keyboard",
    });
    expect(settings.find(({ environment }) => environment === "production")).toMatchObject({
      version: 2,
      enabled: true,
    });
  });

  flow("keeps a draft over a reload, and puts it onto what somebody else published meanwhile", async () => {
    await aToggle("shared", [{ id: "r1", title: "Pilots", condition: "plan == 'pro'", value: true }]);
    const page = await openTab("shared", "targeting", "staging");
    await page.getByRole("button", { name: /^Pilots/ }).click();
    await page.getByLabel("Title of rule 1").fill("My pilots");
    await page.reload();
    await page.getByText("1 unsaved change").waitFor();

    await client.settings.update.mutate({
      ...{
        project: PROJECT,
        environment: "staging",
        toggle: "shared",
        expectedVersion: 1,
        enabled: true,
        default: false,
      },
      rules: [{ id: "r1", title: "Their pilots", condition: "plan == 'team'", value: true }],
    });
    await page.reload();
    await page.getByText("Version 2 was published while you edited version 1").waitFor();
    expect(await axeOn(page)).toEqual([]);
    await page.getByLabel(/^Theirs:/).check();
    await page.getByLabel(/^Yours:/).check();
    await page.getByRole("button", { name: "Put my changes onto version 2" }).click();
    await publish(page, "Both");

    const saved = await client.toggles.get.query({ project: PROJECT, environment: "staging", key: "shared" });
    expect(saved.settings.find(({ environment }) => environment === "staging")).toMatchObject({
      version: 3,
      rules: [{ title: "My pilots", condition: "plan == 'team'" }],
    });
  });

  flow("restores an earlier version as a draft, and plans it for a moment", async () => {
    await aToggle("undone", [{ id: "r1", condition: "plan == 'pro'", value: true }]);
    const place = { project: PROJECT, environment: "staging", toggle: "undone" };
    await client.settings.update.mutate({
      ...place,
      expectedVersion: 1,
      enabled: true,
      default: true,
      comment: "A mistake",
    });
    const page = await openTab("undone", "history", "staging");

    await page.getByText("A mistake").first().waitFor();
    await expectText(page.getByTestId("version-changes"), "Rule 1 is removed.");
    await page.getByRole("tab", { name: "JSON Patch" }).click();
    await expectText(page.getByRole("region", { name: "Patch from version 1 to version 2" }), '"op"');
    expect(await axeOn(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Version 1/ }).click();
    await page.getByRole("button", { name: "Restore as a draft" }).click();
    await page.getByText("2 unsaved changes").waitFor();
    await page.getByRole("button", { name: /^Review/ }).click();
    await page.getByText("Schedule", { exact: true }).click();
    await page.getByLabel(/^At \(/).fill(`${new Date().getFullYear() + 1}-01-01T09:00`);
    await page.getByRole("button", { name: "Schedule" }).click();
    await page.getByText(/^Planned for/).waitFor();

    const planned = await client.scheduledChanges.list.query(place);
    expect(planned.items).toMatchObject([
      { status: "waiting", expectedVersion: 2, change: { rules: [{ id: "r1" }] } },
    ]);
  });

  flow("changes variants, and says where each is served", async () => {
    await client.toggles.create.mutate({
      project: PROJECT,
      environment: "staging",
      key: "banner",
      kind: "json",
      variants: { old: { size: 1 }, new: { size: 2 } },
      default: "old",
      off: "old",
    });
    const page = await openTab("banner", "variants", "staging");

    await page.getByRole("button", { name: "Add a variant" }).click();
    await page.getByRole("textbox", { name: "Key" }).fill("huge");
    await page.getByLabel("Value", { exact: true }).fill('{ "size": ');
    expect(await page.getByRole("button", { name: "Add", exact: true }).isDisabled()).toBe(true);
    await page.getByLabel("Value", { exact: true }).fill('{ "size": 9 }');
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("cell", { name: "huge", exact: true }).waitFor();
    await page.getByRole("button", { name: "What to do with old" }).click();
    await page.getByRole("menuitem", { name: "Delete (served somewhere)" }).waitFor();
    await page.keyboard.press("Escape");
    expect(await axeOn(page)).toEqual([]);

    const { variants } = await client.toggles.get.query({
      project: PROJECT,
      environment: "staging",
      key: "banner",
    });
    expect(variants).toMatchObject({ huge: { size: 9 } });
  });

  flow("runs nothing of what is typed into its fields", async () => {
    await aToggle("hostile");
    const page = await openTab("hostile", "targeting", "staging");
    let ran = 0;
    await page.exposeFunction("ran", () => ++ran);
    page.on("dialog", (dialog) => void dialog.dismiss().then(() => ++ran));

    await page.getByRole("button", { name: "Add a rule" }).click();
    await page.getByLabel("Title of rule 1").fill(HOSTILE[0]?.slice(0, 100) ?? "");
    await fillCondition(page, 1, "plan", HOSTILE);
    await page.getByRole("button", { name: "Name users" }).click();
    await page.getByRole("combobox", { name: "Always get on" }).fill(HOSTILE.join("\n"));
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: HOSTILE[0] ?? "" }).click();
    await page.getByText("JSON", { exact: true }).first().click();
    await page
      .getByRole("textbox", { name: "Context of the user" })
      .fill(JSON.stringify({ userId: HOSTILE[1], plan: HOSTILE[2] }));
    expect(await axeOn(page)).toEqual([]);
    await publish(page, HOSTILE.join(" "));
    await page.goto(at("toggles/hostile/history?env=staging"));
    await page.getByTestId("version-changes").waitFor();
    await page.goto(
      at(
        `playground?q=${encodeURIComponent(HOSTILE[0] ?? "")}&context=${encodeURIComponent(JSON.stringify({ userId: HOSTILE[1] }))}`,
      ),
    );
    await page.getByRole("button", { name: "Clear filters" }).waitFor();

    expect(ran).toBe(0);
  });
});

const HOSTILE = [
  "<img src=x onerror=ran()>",
  '"><script>ran()</script>',
  "'-ran()-'",
  "javascript:ran()",
  "<svg/onload=ran()>",
  "{{constructor.constructor('ran()')()}}",
];

function at(path: string): string {
  return `/t/${slug}/p/${PROJECT}/${path}`;
}

async function openTab(toggle: string, tab: string, environment: string): Promise<Page> {
  const page = await signedInPage();
  await page.goto(at(`toggles/${toggle}/${tab}?env=${environment}`));
  return page;
}

/** Off in both environments, with these rules in staging, where it is on as soon as it has some. */
async function aToggle(
  key: string,
  rules: readonly { id: string; title?: string; condition: string; value: boolean }[] = [],
): Promise<void> {
  const enabled = rules.length > 0;
  await client.toggles.create.mutate({
    project: PROJECT,
    environment: "staging",
    key,
    default: false,
    enabled,
    rules: [...rules],
  });
}

async function fillCondition(
  page: Page,
  index: number,
  attribute: string,
  values: readonly string[],
): Promise<void> {
  const name = `Condition ${index} of rule 1`;
  await page.getByRole("combobox", { name: `${name}: attribute` }).fill(attribute);
  for (const value of values) {
    await page.getByRole("combobox", { name: `${name}: values` }).fill(value);
    await page.keyboard.press("Enter");
  }
}

async function publish(page: Page, comment: string): Promise<void> {
  await page.getByRole("button", { name: /^Review/ }).click();
  await page.getByLabel("Why").fill(comment);
  await page.getByRole("button", { name: "Publish now" }).click();
  await page.getByText(/is published in staging/).waitFor();
}

async function expectText(locator: ReturnType<Page["getByTestId"]>, text: string): Promise<void> {
  await locator.filter({ hasText: text }).waitFor();
}
