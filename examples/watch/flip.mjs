/** `node flip.mjs [toggle] [environment]`: turns a toggle on where it is off, and off where it is on. */
import { createTRPCClient, httpBatchLink, TRPCClientError } from "@trpc/client";

const key = process.argv[2] ?? "new_checkout_ui";
/** Left out, it is the one that the personal key is for. */
const named = process.argv[3];
const url = process.env.BURGEE_URL ?? "http://localhost:4000";

/** @type {import("@trpc/client").TRPCClient<import("@burgee/api/router").AppRouter>} */
const burgee = createTRPCClient({
  links: [
    httpBatchLink({
      url: `${url}/trpc`,
      headers: { authorization: `Bearer ${process.env.BURGEE_PERSONAL_KEY}` },
    }),
  ],
});

try {
  await flip();
} catch (error) {
  console.error(whatToDo(error));
  process.exitCode = 1;
}

async function flip() {
  const { settings, environment } = await burgee.toggles.get.query({ key, environment: named });
  const setting = settings.find((each) => each.environment === environment);
  if (!setting) throw new Error(`${key} has no setting in ${environment}.`);

  const askedAt = new Date();
  const changed = await burgee.settings.setEnabled.mutate({
    toggle: key,
    environment,
    enabled: !setting.enabled,
    expectedVersion: setting.version,
  });
  const tookMs = Date.now() - askedAt.getTime();
  const state = setting.enabled ? "off" : "on";
  console.log(`${askedAt.toISOString().slice(11, 23)}  ${key} is ${state} in ${environment}`);
  console.log(`              revision ${changed.revision}, written in ${tookMs} ms`);
}

/** @param {unknown} error */
function whatToDo(error) {
  if (!(error instanceof TRPCClientError)) return error instanceof Error ? error.message : String(error);
  switch (error.data?.code) {
    case "NOT_FOUND":
      return `There is no toggle ${key} yet. Create it first: npm start prints the curl command.`;
    case "UNAUTHORIZED":
      return "BURGEE_PERSONAL_KEY is missing or unknown; npm start prints one (bg_pat_…).";
    case "CONFLICT":
      return "Someone else changed it in this moment; run this again.";
    case undefined:
      return `${url} was not reached (${error.message}); is npm start running?`;
    default:
      return error.message;
  }
}
