/**
 * A program of somebody who uses the SDK: prints, as JSON, each change that it hears of and how many of a thousand
 * users have the toggle then. Tracks one event. Ends when told to.
 */
import { createServerClient } from "@burgee/sdk";

const [toggleKey = ""] = process.argv.slice(2);
const USERS = Array.from({ length: 1000 }, (_, index) => ({ userId: `user-${index}` }));

const client = createServerClient({ logger: false });
client.on("change", ({ revision, keys }) => {
  if (keys.includes(toggleKey)) print("change", revision);
});
const { status } = await client.ready({ timeoutMs: 20_000 });
print(status, undefined);
client.track("watched", { userId: "ada" }, 1);
await client.flush();
// The client keeps no process alive while it waits to reconnect; a program has its own reasons to run.
const running = setInterval(() => {}, 60_000);
process.on("SIGTERM", () => {
  clearInterval(running);
  client.close();
});

/** @param {string} type @param {number | undefined} revision */
function print(type, revision) {
  const details = USERS.map((user) => client.detail(toggleKey, false, user));
  const line = {
    type,
    revision,
    known: details[0]?.errorCode !== "FLAG_NOT_FOUND",
    enabled: details.filter(({ value }) => value === true).length,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
