import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { serve } from "../../test/connect.ts";
import { booleanToggle, rulesetWith } from "../../test/rulesets.ts";
import { GOOD_KEY } from "../../test/wire-server.ts";
import { createServerClient } from "../index.ts";

const ruleset = rulesetWith({ toggles: [booleanToggle("cart", true)] });
const run = promisify(execFile);

/** Runs a program of a user's in a process of its own. */
function program(source: string, url: string): Promise<{ stdout: string; stderr: string }> {
  const sdk = JSON.stringify(new URL("../index.ts", import.meta.url).href);
  const code = `import { createServerClient } from ${sdk};\n${source}`;
  return run(process.execPath, ["--conditions=burgee:source", "--input-type=module", "--eval", code], {
    env: { PATH: process.env.PATH, BURGEE_URL: url, BURGEE_SDK_KEY: GOOD_KEY },
    timeout: 20_000,
  });
}

test("connects with what the environment says", async () => {
  const server = await serve(ruleset);
  vi.stubEnv("BURGEE_URL", server.url);
  vi.stubEnv("BURGEE_SDK_KEY", GOOD_KEY);

  const client = createServerClient();
  const ready = await client.ready();
  await client.close();
  vi.unstubAllEnvs();

  expect(ready).toEqual({ status: "ready", source: "stream" });
  expect(client.isEnabled("cart")).toBe(true);
});

test("warns on the console when nothing is set", async () => {
  vi.stubEnv("BURGEE_URL", "");
  const warn = vi.spyOn(console, "warn").mockReturnValue();
  const error = vi.spyOn(console, "error").mockReturnValue();

  const client = createServerClient();
  await client.ready();
  await client.close();
  vi.unstubAllEnvs();

  expect(warn).toHaveBeenCalledWith("burgee: the client is failed");
  expect(error).toHaveBeenCalledWith(expect.stringMatching(/^burgee: .*BURGEE_URL/));
  vi.restoreAllMocks();
});

test("uses the fetch that it is given", async () => {
  const server = await serve(ruleset);
  const asked: string[] = [];
  const own: typeof fetch = (input, init) => {
    asked.push(String(input));
    return fetch(input, init);
  };

  await using client = createServerClient({ baseUrl: server.url, sdkKey: GOOD_KEY, fetch: own });
  await client.ready();

  expect(asked).toEqual([`${server.url}/v1/stream`]);
});

test("a program ends by itself after close", { timeout: 30_000 }, async () => {
  const server = await serve(ruleset);

  const { stdout, stderr } = await program(
    `const client = createServerClient();
     const { status } = await client.ready();
     console.log(status, client.isEnabled("cart"));
     await client.close();`,
    server.url,
  );

  expect([stdout, stderr]).toEqual(["ready true\n", ""]);
});

test("a program that waits for a service that is away goes on after the time-out, and ends", {
  timeout: 30_000,
}, async () => {
  const { stdout } = await program(
    `const client = createServerClient({ logger: false });
     const { status, error } = await client.ready({ timeoutMs: 300 });
     console.log(status, error.code, client.isEnabled("cart"));`,
    "http://127.0.0.1:9",
  );

  expect(stdout).toBe("timeout unreachable false\n");
});
