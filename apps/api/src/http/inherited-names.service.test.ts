/** Names that every object has by nature, sent as keys, names, attributes and inside of values: they mean what was sent, or nothing. */
import { createLogger } from "@burgee/runtime";
import { createDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declaredBy, procedures } from "../../test/declared.ts";
import { plantedInputs } from "../../test/planted-inputs.ts";
import { startApi, type TestTenant } from "../../test/start-api.ts";
import { noBody, rawQuery } from "./inputs.ts";

const NAMES = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "__defineGetter__",
];
const SOILED = '{"constructor":{"prototype":{"polluted":true}},"toString":"text","hasOwnProperty":1}';
/** Made anew for each sign-in, so not asked of by a key. */
const OF_SESSIONS = /^(auth|sessions|secondFactor|singleSignOn|invitations)\./;

const logged: string[] = [];
const log = createLogger({ level: "error", name: "api", sink: { write: (line) => logged.push(line) } });
const database = await createDatabase();
const api = await startApi(database, { log });
let acme: TestTenant;
const before = namesOfPrototypes();

beforeAll(async () => {
  acme = await api.addTenant();
  const variants = { plain: {}, toString: JSON.parse(SOILED) };
  const rules = [{ id: "inherited", condition: "toString == 'own'", variant: "toString" }];
  for (const body of [
    { key: "cart", default: false },
    {
      key: "valueOf",
      variants,
      default: "plain",
      rules,
      targets: { toString: ["hasOwnProperty"] },
    },
  ]) {
    const made = await api.request("POST", "/v1/toggles", { key: acme.personalKey, body });
    expect(made.status, made.text).toBe(201);
  }
  await api.publish();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

test("are refused or taken in every procedure's and route's input, and break none", {
  timeout: 120_000,
}, async () => {
  const bodies = declaredBy(api.server.routes).map(({ inputs, ...route }) => ({
    ...route,
    inputs: inputs.slice(-1),
  }));
  const other = await api.addTenant();
  const faults: string[] = [];
  let asked = 0;
  for (const { name, method, path, inputs } of [...procedures, ...bodies]) {
    if (OF_SESSIONS.test(name)) continue;
    for (const input of inputs.filter((each) => !Object.is(each, rawQuery) && !Object.is(each, noBody))) {
      for (const planted of namesInTurn().flatMap((each) => plantedInputs(input, each))) {
        const isQuery = method === "GET";
        const search = isQuery ? `?input=${encodeURIComponent(JSON.stringify(planted.input))}` : "";
        const { status } = await api.request(method, `${path.replace(/:\w+/, "cart")}${search}`, {
          key: other.personalKey,
          headers: { "if-match": '"1"' },
          ...(isQuery ? {} : { body: planted.input }),
        });
        asked += 1;
        if (status >= 500) faults.push(`${name} ${planted.at}: ${status}`);
      }
    }
  }

  expect(faults).toEqual([]);
  expect(asked).toBeGreaterThan(200);
});

describe("a toggle's name that no one gave", () => {
  test.each(NAMES.filter((name) => name !== "valueOf"))(
    "is nothing, though every object has %s",
    async (name) => {
      const one = await api.request("GET", `/v1/toggles/${name}?userId=ada`, { key: acme.serverKey });
      const many = await api.request("POST", "/v1/evaluate", {
        key: acme.serverKey,
        body: { context: { userId: "ada" }, toggles: [name] },
      });

      expect(one).toMatchObject({ status: 404, body: { code: "toggle_not_found" } });
      expect(many.text).toContain("FLAG_NOT_FOUND");
    },
  );
});

describe("an attribute of such a name", () => {
  const evaluate = (context: string) =>
    api.request("POST", "/v1/evaluate", {
      key: acme.serverKey,
      body: `{"context":${context},"toggles":["valueOf"]}`,
    });

  test("is not there where the context does not hold it", async () => {
    expect((await evaluate('{"userId":"ada"}')).body).toMatchObject({ evaluations: [{ variant: "plain" }] });
  });

  test("is the context's own where it does, and what it serves comes whole", async () => {
    const answer = await evaluate('{"toString":"own"}');

    expect(answer.body).toMatchObject({ evaluations: [{ variant: "toString", value: JSON.parse(SOILED) }] });
  });

  test.each([
    '{"__proto__":{"toString":"own"}}',
    '{"constructor":{"prototype":{"toString":"own"}}}',
    '{"prototype":{"toString":"own"},"valueOf":null,"hasOwnProperty":false}',
    '{"toString":{"toString":{"toString":[]}}}',
    '{"userId":{"toString":"own","valueOf":1}}',
    '{"targetingKey":["hasOwnProperty"]}',
  ])("gives none to others: %s", async (context) => {
    const { status, text } = await evaluate(context);

    expect([200, 400]).toContain(status);
    expect(text).not.toContain('"variant":"toString"');
  });

  test.each([
    "__proto__=own",
    "__proto__[toString]=own",
    "constructor=own&hasOwnProperty=own",
    "__proto__.toString=own",
  ])("comes by an address as well: %s", async (search) => {
    const { status, text } = await api.request("GET", `/v1/toggles/valueOf?${search}`, {
      key: acme.serverKey,
    });

    expect([200, 400]).toContain(status);
    expect(text).not.toContain('"variant":"toString"');
  });
});

test("no object of ours has got anything by it, and nothing failed", () => {
  expect(namesOfPrototypes()).toEqual(before);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(logged).toEqual([]);
});

let turn = 0;

/** Three of them, others each time; `BURGEE_WHOLE_CORPUS=1` takes all. */
function namesInTurn(): readonly string[] {
  if (process.env.BURGEE_WHOLE_CORPUS) return NAMES;
  turn += 3;
  return [...NAMES, ...NAMES].slice(turn % NAMES.length, (turn % NAMES.length) + 3);
}

function namesOfPrototypes(): readonly (readonly PropertyKey[])[] {
  const prototypes = [Object, Array, Function, String, Number, Boolean, Map, Promise].map(
    (made) => made.prototype,
  );
  return prototypes.map((prototype) => Reflect.ownKeys(prototype));
}
