/** `npm run demo -- watch|flip [toggle]`: programs that use a running Burgee as a customer's would. */
import "./require-node.mjs";
import { inCheckout } from "./checkout.mjs";
import { readDemoKeys } from "./demo-keys.mjs";
import { runBuilt } from "./run-built.mjs";

const [name, ...args] = process.argv.slice(2);

if (name === "watch" || name === "flip") {
  await runBuilt([inCheckout("examples", "watch", `${name}.mjs`)], { args, env: demoEnvironment });
} else {
  console.error("npm run demo -- watch   prints what a handful of users see, and each change at once");
  console.error("npm run demo -- flip    changes the toggle they see");
  process.exitCode = 2;
}

function demoEnvironment() {
  const { baseUrl, sdkKey, personalKey } = readDemoKeys();
  return { BURGEE_URL: baseUrl, BURGEE_SDK_KEY: sdkKey, BURGEE_PERSONAL_KEY: personalKey };
}
