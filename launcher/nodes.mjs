/** `npm run nodes`: the SDK as it is published on each Node that it is for, required and imported. The Nodes are installed for it when first asked. */
import "./require-node.mjs";
import { join } from "node:path";
import { inCheckout } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { showSteps } from "./steps.mjs";
import { ensurePackages } from "./toolchain.mjs";

const folder = inCheckout("test", "nodes");
const vitest = inCheckout("node_modules", "vitest", "vitest.mjs");

await ensurePackages(showSteps(), folder);
await runBuilt([vitest], {
  args: ["run", "test/packaging/each-kind-of-import.test.ts"],
  env: () => ({ BURGEE_NODES: join(folder, "node_modules") }),
});
