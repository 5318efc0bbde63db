import { readDemoKeys } from "./demo-keys.mjs";

/**
 * What a newcomer sees once everything runs: where to look, how to sign in, and two commands to paste.
 *
 * @param {{ url: string, time: string, warnings: readonly string[], steps: import("./steps.mjs").Steps }} options
 */
export function welcome({ url, time, warnings, steps: { bold } }) {
  const { email, password, personalKey, sdkKey } = readDemoKeys();
  const host = url.replace(/^http:\/\//, "");
  return `
${bold("Burgee runs")} at ${bold(url)} (${time})

  Dashboard     ${url}
  Sign-in       ${email}  ${password}
  Personal key  ${personalKey}  (changes toggles)
  SDK key       ${sdkKey}  (reads them)

${bold("Create a toggle:")}

curl -X POST ${host}/v1/toggles -H 'authorization: Bearer ${personalKey}' -H 'content-type: application/json' -d '{
  "key": "new_checkout_ui", "default": false,
  "rules": [ { "condition": "region == '\\''IN'\\''", "value": true }, { "condition": "userId in ['\\''abc123'\\'']", "value": true } ],
  "rollout": { "type": "percentage", "value": 10 } }'

${bold("Ask for it:")}

curl '${host}/v1/toggles/new_checkout_ui?userId=abc123&appVersion=1.2.3&region=IN' -H 'authorization: Bearer ${sdkKey}'

${bold("Watch it change live")}, and flip it from another terminal:

npm run demo -- watch
npm run demo -- flip

Ctrl-C stops everything. Logs: .burgee/logs/
${warnings.map((warning) => `\n${bold("Warning:")} ${warning}\n`).join("")}`;
}
