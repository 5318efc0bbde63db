/** `node watch.mjs [toggle]`: what a handful of users see, and each change of it at once. */
import { createServerClient } from "@burgee/sdk";

const toggleKey = process.argv[2] ?? "new_checkout_ui";

const users = [
  { userId: "abc123", region: "US", appVersion: "1.2.3" },
  { userId: "asha", region: "IN", appVersion: "1.2.3" },
  { userId: "bram", region: "NL", appVersion: "2.0.0" },
  { userId: "chen", region: "SG", appVersion: "2.1.0" },
  { userId: "dora", region: "DE", appVersion: "1.9.9" },
  { userId: "emre", region: "TR", appVersion: "2.1.0" },
  { userId: "fay", region: "GB", appVersion: "1.0.0" },
  { userId: "gita", region: "IN", appVersion: "2.1.0" },
];

/**
 * The line last printed for each user, to print only what changed.
 *
 * @type {Map<string, string>}
 */
const printed = new Map();

const client = createServerClient({ logger: false });
client.on("change", ({ keys, revision }) => {
  if (keys.includes(toggleKey)) printChanges(`revision ${revision}`);
});
client.on("status", (status) => {
  const from = client.revision === undefined ? "fallbacks" : `revision ${client.revision}`;
  if (status === "stale") print(`the service is away; values are still served, from ${from}`);
  if (status === "ready" && printed.size > 0) print(`the service is back, at ${from}`);
});
let lastError = "";
client.on("error", ({ message }) => {
  if (message !== lastError) print(message);
  lastError = message;
});

// Even while the service is away there is something to wait for.
const stayAlive = setInterval(() => {}, 60_000);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, stop);

print(`watching ${toggleKey}; Ctrl-C ends`);
const { status, error } = await client.ready();
if (status !== "ready" && client.status !== "closed")
  print(`not ready yet (${error?.message ?? status}); still trying`);
if (client.status === "ready" && printed.size === 0) printChanges(`revision ${client.revision}`);

/** @param {string} title */
function printChanges(title) {
  const lines = users.map((user) => ({ userId: user.userId, line: lineFor(user) }));
  const changed = lines.filter(({ userId, line }) => printed.get(userId) !== line);
  for (const { userId, line } of changed) printed.set(userId, line);

  if (client.detail(toggleKey, false).errorCode === "FLAG_NOT_FOUND") {
    print(
      `${title}: there is no toggle ${toggleKey} yet. Create it (npm start prints how); this will show it.`,
    );
    return;
  }
  print(`${title}: ${changed.length === 0 ? "nothing changes for these users" : `${toggleKey} is`}`);
  for (const { line } of changed) console.log(line);
}

/** @param {(typeof users)[number]} user */
function lineFor(user) {
  const detail = client.all(user)[toggleKey];
  if (!detail) return `  ${user.userId.padEnd(8)} nothing`;
  const why = detail.ruleId === undefined ? detail.reason : `${detail.reason}, rule ${detail.ruleId}`;
  const { userId, region, appVersion } = user;
  return `  ${userId.padEnd(8)} ${region.padEnd(4)} ${appVersion.padEnd(7)} ${String(detail.value).padEnd(7)} ${why}`;
}

/**
 * With the time, to the millisecond: flip.mjs prints when it asked for the change.
 *
 * @param {string} line
 */
function print(line) {
  console.log(`${new Date().toISOString().slice(11, 23)}  ${line}`);
}

async function stop() {
  clearInterval(stayAlive);
  await client.close();
  print("closed");
}
