/**
 * A text of ours in every place of every procedure and route that takes one, while all goes well, and again while PostgreSQL refuses
 * each row with an error that repeats it: none of it stands in a log, in a metric or in the answer to a failure.
 */
import { randomBytes } from "node:crypto";
import { createLogger } from "@burgee/runtime";
import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { declaredBy, procedures } from "../../test/declared.ts";
import { addMember, type Browser, openBrowser } from "../../test/open-browser.ts";
import { plantedInputs } from "../../test/planted-inputs.ts";
import { startApi, type TestTenant } from "../../test/start-api.ts";
import { noBody, rawQuery } from "./inputs.ts";

/** Fit to be a key, a name, an id of a user and a password. */
const CANARY = `canary${randomBytes(12).toString("hex")}`;
/** They end the session that the others need. */
const LEAVES_US_OUT = ["auth.signOut", "auth.changePassword", "members.leave", "sessions.revokeOthers"];

const logged: string[] = [];
const log = createLogger({ level: "trace", name: "api", sink: { write: (line) => logged.push(line) } });
const failures: string[] = [];
const database = await createDatabase();
const admin = new pg.Client(database.url);
const api = await startApi(database, { log, proxyHops: 1, signUpMode: "open" });
let acme: TestTenant;
let browser: Browser;

beforeAll(async () => {
  await admin.connect();
  acme = await api.addTenant();
  browser = openBrowser(api);
  await browser.signIn((await addMember(acme, "owner")).email);
  await sendEverywhere();
  await refuseEveryRow();
  await sendEverywhere();
});
afterAll(async () => {
  await Promise.all([api.close(), admin.end()]);
  await database.drop();
});

test("much failed, and was logged", () => {
  expect(failures.length).toBeGreaterThan(20);
  expect(logged.filter((line) => line.includes("A request failed.")).length).toBeGreaterThan(20);
});

test("no log repeats what was sent", () => {
  expect(logged.filter((line) => line.toLowerCase().includes(CANARY))).toEqual([]);
});

test("no failure does", () => {
  expect(failures.filter((text) => text.includes(CANARY))).toEqual([]);
});

test("no metric does", async () => {
  const { text } = await api.request("GET", "/metrics");

  expect(text).toContain("burgee_");
  expect(text).not.toContain(CANARY);
});

async function sendEverywhere(): Promise<void> {
  for (const { name, method, path, inputs } of [...procedures, ...declaredBy(api.server.routes)]) {
    if (LEAVES_US_OUT.includes(name) || path === "/v1/stream") continue;
    const isProcedure = path.startsWith("/trpc/");
    for (const [part, input] of inputs.entries()) {
      if (Object.is(input, rawQuery) || Object.is(input, noBody)) continue;
      for (const { input: planted } of plantedInputs(input, CANARY)) {
        if (!isProcedure)
          await sendToRoute(method, path, part === 0 ? { query: planted } : { body: planted });
        else if (method === "GET") keep(await browser.query(name, planted));
        else keep(await browser.mutate(name, planted, from()));
      }
    }
  }
  for (const { method, path } of api.server.routes.filter((route) => route.path !== "/v1/stream")) {
    await sendToRoute(method, path, { query: { userId: CANARY, [CANARY]: "x" } });
  }
}

async function sendToRoute(
  method: string,
  path: string,
  { query = {}, body }: { readonly query?: unknown; readonly body?: unknown },
): Promise<void> {
  const search = new URLSearchParams(
    Object.entries(Object(query)).map(([key, value]): [string, string] => [key, String(value)]),
  );
  const headers = {
    "if-match": '"1"',
    "user-agent": CANARY,
    "last-event-id": CANARY,
    referer: CANARY,
    ...from(),
  };
  const sent = body === undefined ? {} : { body };
  keep(
    await api.request(method, `${path.replace(/:\w+/g, "cart")}?${search}`, {
      key: acme.personalKey,
      headers,
      ...sent,
    }),
  );
}

function keep({
  status,
  text,
  headers,
}: {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}): void {
  if (status >= 500) failures.push(`${text}${JSON.stringify([...headers])}`);
}

let requests = 0;

/** Another address each time, so that no bound on one ends it. */
function from(): Readonly<Record<string, string>> {
  requests += 1;
  return { "x-forwarded-for": `10.0.${(requests >> 8) & 255}.${requests & 255}` };
}

/** "Failing row contains (…)" */
async function refuseEveryRow(): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
      where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname not in ('sessions', 'guesses')`,
  );
  for (const { name } of rows) {
    await admin.query(`alter table ${name} add constraint refused check (false) not valid`);
  }
}
