import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkTypes } from "./check-types.ts";

const checkout = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "burgee-sdk-"));
const program = join(folder, "program");
const installed = join(program, "node_modules", "@burgee", "sdk");

/** Each starts several processes. */
vi.setConfig({ testTimeout: 30_000 });

beforeAll(() => {
  execFileSync(process.execPath, [join(checkout, "packages/sdk-js/pack.mjs"), installed]);
  writeFileSync(join(program, "package.json"), JSON.stringify({ name: "program", type: "module" }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the SDK as it is published", () => {
  test("has no dependency, and names nothing of this repository", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
    const texts = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".js") || file.endsWith(".d.ts"))
      .map((file) => readFileSync(join(installed, "dist", file), "utf8"));

    expect(manifest.dependencies).toBeUndefined();
    expect(JSON.stringify(manifest.exports)).not.toContain("src");
    expect(
      texts.filter((text) =>
        /^(?! ?\*).*(from ?|import\(|require\()["'`](@burgee|[^"'`]*\.ts["'`])|sourceMappingURL/m.test(text),
      ),
    ).toEqual([]);
  });

  test("has what every start calls compiled along with its module", () => {
    const plain = join(folder, "plain");
    execFileSync(process.execPath, [join(checkout, "packages/sdk-js/pack.mjs"), plain, "--plain"]);
    const [code = "", minified = ""] = [plain, installed].map((each) =>
      readFileSync(join(each, "dist/parts/start.js"), "utf8"),
    );

    const called = ["readRuleset", "checkToggles", "asksLibrary", "prepare", "compileToggle", "compileNode"];
    expect(called.filter((name) => !code.includes(`const ${name} = (function ${name}(`))).toEqual([]);
    expect(code).toContain("\nfunction fromContext(");
    const eager = code.match(/^const [\w$]+ = \(function /gm) ?? [];
    expect(minified.match(/=\(function\(/g)?.length).toBeGreaterThan(eager.length * 0.9);
  });

  test("reads at its start only what every start needs", () => {
    const start = readFileSync(join(installed, "dist/parts/start.js"), "utf8");
    const parts = readdirSync(join(installed, "dist/parts")).filter((file) => file.endsWith(".js"));

    expect(readFileSync(join(installed, "dist/index.js"), "utf8")).toMatch(
      /^export\{.*\}from"\.\/parts\/start\.js";\s*$/,
    );
    expect(start).not.toMatch(/\bfrom"|\bimport"/);
    expect(parts).toEqual(
      expect.arrayContaining(["after-start.js", "library.js", "list-loader.js", "matches.js"]),
    );
  });

  test("evaluates in a program that has nothing else", () => {
    writeFileSync(
      join(program, "main.js"),
      `import { createServerClient } from "@burgee/sdk";
       const client = createServerClient({ bootstrap: ${JSON.stringify(bootstrapOf())}, logger: false });
       console.log(client.detail("cart", true).errorCode);
       await client.close();`,
    );

    const { stdout, stderr } = spawnSync(process.execPath, ["main.js"], { cwd: program, encoding: "utf8" });

    expect({ stdout, stderr }).toEqual({ stdout: "FLAG_NOT_FOUND\n", stderr: "" });
  });

  test("refuses to be part of a page, and runs at an edge", () => {
    writeFileSync(
      join(program, "elsewhere.js"),
      `import { createServerClient } from "@burgee/sdk";
       console.log(createServerClient({ mode: "offline", logger: false }).isEnabled("cart", {}, true));`,
    );
    const run = (...conditions: readonly string[]) => {
      const flags = conditions.map((condition) => `--conditions=${condition}`);
      return spawnSync(process.execPath, [...flags, "elsewhere.js"], { cwd: program, encoding: "utf8" });
    };

    expect(run("browser").stderr).toContain("@burgee/sdk is for servers");
    expect([run("workerd", "browser").stdout, run("edge-light").stdout]).toEqual(["true\n", "true\n"]);
  });

  test("carries the licence of re2js, which is in it", () => {
    expect(readFileSync(join(installed, "dist/LICENSE.re2js"), "utf8")).toContain("Copyright");
  });

  test("loads the meaning of matches for a ruleset that asks for it, and can do without for others", () => {
    const source = (method: string): string =>
      `import { createServerClient } from "@burgee/sdk";
       const bootstrap = ${JSON.stringify(bootstrapOf(method))};
       const service = { baseUrl: "http://127.0.0.1:9", sdkKey: "bg_srv_x" };
       const client = createServerClient({ ...service, bootstrap, logger: false });
       const heard = await new Promise((resolve) => {
         if (client.status === "stale") resolve("held");
         client.on("status", () => resolve("held"));
         client.on("error", ({ code }) => code === "unreachable" || resolve(code));
       });
       console.log(heard, client.isEnabled("staff", { mail: "ada@burgee.example" }));
       await client.close();`;
    const run = (name: string): string =>
      spawnSync(process.execPath, [name], { cwd: program, encoding: "utf8" }).stdout;
    writeFileSync(join(program, "asks.js"), source("matches"));
    writeFileSync(join(program, "asks-not.js"), source("contains"));
    const chunk = join(installed, "dist/parts/matches.js");

    const whole = [run("asks.js"), run("asks-not.js")];
    renameSync(chunk, `${chunk}.away`);
    const lacking = [run("asks.js"), run("asks-not.js")];
    renameSync(`${chunk}.away`, chunk);

    expect(whole).toEqual(["held true\n", "held true\n"]);
    expect(lacking).toEqual(["matches_unavailable false\n", "held true\n"]);
  });

  test("loads a list beside a ruleset from the form that it is packed in, by a part that it can do without for others", () => {
    writeFileSync(
      join(program, "lists.js"),
      `import { createHash } from "node:crypto";
       import { createServer } from "node:http";
       import { createServerClient } from "@burgee/sdk";
       const bytes = Buffer.from("${PACKED_ADA_AND_BO}", "hex");
       const hash = createHash("sha256").update(bytes).digest("hex");
       const segments = { many: { key: "many", revision: 1, include: [], exclude: [], includeList: { hash, count: 2 }, condition: null } };
       const ruleset = { ...${JSON.stringify(rulesetOf({ kind: "segment", key: "many" }))}, segments };
       const server = createServer(({ url }, response) => {
         if (url === "/v1/segments/" + hash) response.end(bytes);
         else if (url === "/v1/ruleset") response.setHeader("content-type", "application/json").end(JSON.stringify(ruleset));
         else if (url === "/v1/stream") {
           response.setHeader("content-type", "text/event-stream");
           response.write("id: " + ruleset.epoch + ".1\\nevent: put\\ndata: " + JSON.stringify(ruleset) + "\\n\\n");
         } else response.writeHead(202).end();
       });
       await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
       const baseUrl = "http://127.0.0.1:" + server.address().port;
       const client = createServerClient({ baseUrl, sdkKey: "bg_srv_x", logger: false });
       const heard = await new Promise((resolve) => {
         client.on("error", ({ code }) => resolve(code));
         client.ready().then(() => resolve(client.status));
       });
       console.log(heard, ["ada", "cy"].map((userId) => client.isEnabled("staff", { userId })).join(" "));
       await client.close();
       server.closeAllConnections();
       server.close();`,
    );
    const run = () =>
      spawnSync(process.execPath, ["lists.js"], { cwd: program, encoding: "utf8", timeout: 10_000 }).stdout;
    const chunk = join(installed, "dist/parts/list-loader.js");

    const whole = run();
    renameSync(chunk, `${chunk}.away`);
    const lacking = run();
    renameSync(`${chunk}.away`, chunk);

    expect(whole).toBe("ready true false\n");
    expect(lacking).toBe("lists_unavailable false false\n");
  });

  test("brings types that are whole, and that refuse what is wrong", () => {
    writeFileSync(
      join(program, "main.ts"),
      `import { createServerClient, type EvaluationDetail } from "@burgee/sdk";
       const client = createServerClient({ sdkKey: "bg_srv_x" });
       export const right: EvaluationDetail<boolean> = client.detail("cart", false, { userId: "ada" });
       interface Limits { readonly items: number }
       export const items: number = client.value<Limits>("limits", { items: 20 }).items + client.value("most", 1);
       export const none: Limits | null = client.detail<Limits | null>("limits", null).value;
       // @ts-expect-error: an object gives what the fallback has
       client.value("limits", { items: 20 }).pages;
       // @ts-expect-error: a text's toggle gives a text
       export const wrong: boolean = client.value("cart", "blue");`,
    );
    expect(checkTypes(program, "main.ts")).toEqual({ status: 0, stdout: "" });
  });

  test("knows the toggles that a program registers, and refuses others and fallbacks of other types", () => {
    writeFileSync(
      join(program, "registered.ts"),
      `import { createServerClient } from "@burgee/sdk";
       declare module "@burgee/sdk" {
         interface ToggleRegistry {
           cart: boolean;
           limits: { readonly items: number };
           colour: "red" | "blue";
         }
       }
       const client = createServerClient({ sdkKey: "bg_srv_x" });
       const bound = client.forContext({ userId: "ada" });
       export const on: boolean = client.isEnabled("cart") && bound.value("cart", false);
       export const items: number = client.value("limits", { items: 20 }, { userId: "ada" }).items;
       export const colour: "red" | "blue" = bound.detail("colour", "blue").value;
       // @ts-expect-error: no such toggle
       client.isEnabled("cartt");
       // @ts-expect-error: no such toggle
       client.value("cartt", false);
       // @ts-expect-error: another type
       client.value("cart", "blue");
       // @ts-expect-error: not one of its values
       bound.value("colour", "green");
       // @ts-expect-error: an object of another form
       client.detail("limits", { pages: 1 });`,
    );
    expect(checkTypes(program, "registered.ts")).toEqual({ status: 0, stdout: "" });
  });
});

/** A list of `ada` and `bo`, as the service answers it. */
const PACKED_ADA_AND_BO = "62676c01020361646102626f";

/** A ruleset with the toggle `staff`, for whom `mail.<method>('@burgee')` is true. */
function bootstrapOf(method = "contains"): object {
  const mail = { kind: "attribute", name: "mail" };
  return rulesetOf({ kind: "call", name: method, target: mail, args: ["@burgee"] });
}

/** A ruleset with the toggle `staff`, for whom a condition is true. */
function rulesetOf(condition: object): object {
  const serve = { type: "variant", variant: "on" };
  const staff = {
    key: "staff",
    kind: "boolean",
    version: 1,
    revision: 1,
    enabled: true,
    variants: { on: true, off: false },
    offVariant: "off",
    rules: [{ id: "r1", condition, serve }],
    rollout: null,
    defaultVariant: "off",
  };
  return {
    schema: 1,
    project: "web",
    environment: "production",
    epoch: "00000000-0000-4000-8000-000000000000",
    revision: 1,
    toggles: { staff },
  };
}
