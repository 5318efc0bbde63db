import { createDatabase, Installation, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, expect, test } from "vitest";

let database: TestDatabase;
let burgee: Installation;

beforeAll(async () => {
  database = await createDatabase({ empty: true });
  burgee = await Installation.start({
    databaseUrl: database.url,
    redisUrl: undefined,
    env: { BURGEE_SIGN_UP: "open" },
  });
});
afterAll(async () => {
  await burgee.stop();
  await database.drop();
});

test("the bundle finds the program that hashes passwords", async () => {
  const person = { email: "ada@example.com", name: "Ada", password: "correct horse battery", tenant: "Acme" };

  const answer = await fetch(`${burgee.url}/trpc/auth.signUp`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: burgee.url },
    body: JSON.stringify(person),
  });

  expect(await answer.json()).toMatchObject({ result: { data: { status: "signed_in" } } });
});

test("an error of the bundle is told by the lines of its sources", async () => {
  await database.drop();

  await fetch(`${burgee.url}/v1/toggles`, {
    headers: { authorization: `Bearer ${burgee.keys.personalKey}` },
  });

  expect(burgee.logged.join("\n")).toMatch(/packages\/core\/src\/sdk-keys\/key-checker\.ts:\d+:\d+/);
});
