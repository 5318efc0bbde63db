/**
 * One product for all flows of a run: a database, a worker, an api that serves the built dashboard, the demo in it, and a browser. It starts
 * with the first flow that asks for it, so that what runs before has the machine to itself, and ends with the run.
 */
import { createServer } from "node:http";
import { findOrInstallChromium, freePort } from "@burgee/test-support";
import type { TestProject } from "vitest/node";
import { buildDashboard } from "../../../../launcher/toolchain.mjs";
import { type RunningProduct, startProduct } from "./start-product.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the product is asked for; undefined where this machine has no browser. */
    readonly productDoor: string | undefined;
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const chromium = findOrInstallChromium();
  if (chromium === undefined) {
    project.provide("productDoor", undefined);
    return async () => undefined;
  }
  let starting: Promise<RunningProduct> | undefined;
  const door = createServer((_, response) => {
    starting ??= buildDashboard().then(() => startProduct(chromium));
    starting
      .then(({ product }) => response.end(JSON.stringify(product)))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const port = await freePort();
  await new Promise<void>((resolve) => door.listen(port, "127.0.0.1", resolve));
  project.provide("productDoor", `http://127.0.0.1:${port}`);
  return async () => {
    door.close();
    await (await starting)?.stop();
  };
}
