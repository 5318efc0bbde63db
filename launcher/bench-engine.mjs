/** `npm run bench:engine`: the engine beside other services' engines, which are installed for it when first asked. */
import "./require-node.mjs";
import { join } from "node:path";
import { inCheckout, privateFolder } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";
import { showSteps } from "./steps.mjs";
import { ensurePackages } from "./toolchain.mjs";

await ensurePackages(showSteps(), inCheckout("bench", "peers"));
const packed = join(privateFolder, "bench-sdk");
await runBuilt([inCheckout("packages", "sdk-js", "pack.mjs")], { args: [packed, "--with-engine"] });
if (process.exitCode === 0) {
  await runBuilt([inCheckout("bench", "engine", "run.ts")], {
    env: () => ({ BURGEE_PACKED_ENGINE: join(packed, "dist", "engine.js") }),
  });
}
