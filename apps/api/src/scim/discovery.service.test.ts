import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDirectory, type TestDirectory } from "../../test/open-directory.ts";
import { startApi, type TestApi } from "../../test/start-api.ts";

const ERROR = "urn:ietf:params:scim:api:messages:2.0:Error";

let database: TestDatabase;
let api: TestApi;
let directory: TestDirectory;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, { publicUrl: "https://burgee.example.com/" });
  const near = await startApi(database);
  directory = await openDirectory(near, await near.addTenant());
  await near.close();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

describe("what can be asked for", () => {
  test("is told as the protocol has it", async () => {
    const config = await ask("GET", "/ServiceProviderConfig");
    expect(config).toMatchObject({
      status: 200,
      body: { patch: { supported: true }, bulk: { supported: false }, filter: { supported: true } },
    });
    expect(config.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");

    const types = await ask("GET", "/ResourceTypes");
    const [user, group] = (types.body as { Resources: { id: string; schema: string }[] }).Resources;
    expect([user?.id, group?.id]).toEqual(["User", "Group"]);
    for (const { id, schema } of [user, group].filter((each) => each !== undefined)) {
      expect(await ask("GET", `/ResourceTypes/${id}`)).toMatchObject({ body: { schema } });
      expect(await ask("GET", `/Schemas/${schema}`)).toMatchObject({
        status: 200,
        body: {
          id: schema,
          attributes: expect.arrayContaining([expect.objectContaining({ type: "string" })]),
        },
      });
    }
    expect((await ask("GET", "/Schemas")).body).toMatchObject({ totalResults: 2 });
  });

  test("is found under the address that people reach us by", async () => {
    const { headers } = await ask("POST", "/Users", { userName: `ada@${directory.domain}` });

    expect(headers.get("location")).toMatch(
      /^https:\/\/burgee\.example\.com\/scim\/v2\/Users\/[0-9a-f-]{36}$/,
    );
  });
});

describe("what can't be answered", () => {
  test.each([
    ["an address that is none", "GET", "/Nothing", undefined, 404, undefined],
    ["a schema that is none", "GET", "/Schemas/urn:x", undefined, 404, undefined],
    ["a method that is none", "DELETE", "/Users", undefined, 405, undefined],
    ["a User that is none", "GET", "/Users/nobody", undefined, 404, undefined],
    ["JSON that is cut", "POST", "/Users", '{"userName":', 400, "invalidSyntax"],
    ["a body that is a list", "POST", "/Users", [], 400, "invalidValue"],
    ["no body", "POST", "/Users", undefined, 400, "invalidValue"],
    ["a User without a name", "POST", "/Users", { displayName: "A" }, 400, "invalidValue"],
    ["a User without an address", "POST", "/Users", { userName: "ada" }, 400, "invalidValue"],
    [
      "a word for yes that is none",
      "POST",
      "/Users",
      { userName: "a@b.example", active: "yes" },
      400,
      "invalidValue",
    ],
    ["a name that is too long", "POST", "/Users", { userName: "a".repeat(321) }, 400, "invalidValue"],
    ["a name with a NUL", "POST", "/Users", { userName: "a\u0000@b.example" }, 400, "invalidValue"],
    ["a field called __proto__", "POST", "/Users", '{"__proto__":{"a":1}}', 400, "invalidValue"],
    ["more than a megabyte", "POST", "/Users", { userName: "a", x: "x".repeat(1_100_000) }, 413, "tooMany"],
    ["JSON that is too deep", "POST", "/Users", `${"[".repeat(60)}${"]".repeat(60)}`, 400, "invalidSyntax"],
    ["a number that is none", "GET", "/Users?count=many", undefined, 400, "invalidValue"],
    ["a filter that comes twice", "GET", "/Users?filter=a&filter=b", undefined, 400, "invalidValue"],
    ["a broken escape", "GET", "/Users?filter=%ff", undefined, 400, undefined],
  ])("%s is refused in the protocol's words", async (_, method, path, body, status, scimType) => {
    const answer = await ask(method, path, body);

    expect(answer).toMatchObject({
      status,
      body: { schemas: [ERROR], status: String(status), detail: expect.any(String) },
    });
    expect(Reflect.get(Object(answer.body), "scimType")).toBe(scimType);
    expect(answer.headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
  });

  test("a body of another type is, and one of plain JSON is not", async () => {
    const body = JSON.stringify({ displayName: "Crew" });
    const send = (type: string) =>
      api.request("POST", "/scim/v2/Groups", {
        key: directory.token,
        body,
        headers: { "content-type": type },
      });

    expect((await send("text/plain")).status).toBe(415);
    expect((await send("application/json")).status).toBe(201);
    expect((await send("application/scim+json")).status).toBe(409);
  });
});

test("a directory asks within the bounds of its token and its tenant", async () => {
  const slow = await startApi(database, { rateBounds: { key: 2 } });
  const answers = [];
  for (let n = 0; n < 3; n++) {
    answers.push(await slow.request("GET", "/scim/v2/Users", { key: directory.token }));
  }
  await slow.close();

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers[2]).toMatchObject({ body: { schemas: [ERROR], status: "429" } });
  expect(answers[2]?.headers.get("retry-after")).toMatch(/^\d+$/);
});

function ask(method: string, path: string, body?: unknown) {
  return api.request(method, `/scim/v2${path}`, {
    key: directory.token,
    ...(body === undefined ? {} : { body }),
  });
}
