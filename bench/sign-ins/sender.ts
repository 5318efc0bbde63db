/** Keeps sign-ins in flight, each from an address of its own at one of many accounts, until it is told to end. Prints what came of them. */
import { Agent, request } from "node:http";
import { setPriority } from "node:os";
import { argv } from "node:process";

/** The cores are the node's: who storms a service does so from other machines. */
const LOWEST = 19;
const ACCOUNTS = 1_000;

const [, , url = "", inFlight = "200", email = ""] = argv;
const agent = new Agent({ keepAlive: true, maxSockets: Number(inFlight) });
const statuses = new Map<number, number>();
let sent = 0;
let isOver = false;

setPriority(LOWEST);
process.on("SIGTERM", () => {
  isOver = true;
  agent.destroy();
  console.log(JSON.stringify(Object.fromEntries(statuses)));
  process.exit();
});
for (let index = 0; index < Number(inFlight); index += 1) void goOn();

async function goOn(): Promise<void> {
  while (!isOver) {
    const status = await signIn();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
}

function signIn(): Promise<number> {
  sent += 1;
  const body = JSON.stringify({
    // One in four is at an account that there is.
    email: sent % 4 === 0 ? email : `nobody-${sent % ACCOUNTS}@example.com`,
    password: "a password to guess at",
  });
  return new Promise((resolve) => {
    const asked = request(`${url}/trpc/auth.signIn`, {
      agent,
      method: "POST",
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        origin: url.replace("127.0.0.1", "localhost"),
        "x-forwarded-for": `10.${(sent >> 16) & 255}.${(sent >> 8) & 255}.${sent & 255}`,
      },
    });
    asked.on("response", (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    asked.on("error", () => resolve(0));
    asked.end(body);
  });
}
