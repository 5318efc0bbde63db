/** `npm run pack:sdk`: writes the SDK as it is published into a folder, `.burgee/sdk` unless another is named. */
import "./require-node.mjs";
import { join } from "node:path";
import { inCheckout, privateFolder } from "./checkout.mjs";
import { runBuilt } from "./run-built.mjs";

const [folder = join(privateFolder, "sdk"), ...flags] = process.argv.slice(2);
await runBuilt([inCheckout("packages", "sdk-js", "pack.mjs")], { args: [folder, ...flags] });
