import { createHash } from "node:crypto";
import { isSealedBy, listSigningKeys } from "@burgee/core";
import { readRuleset } from "@burgee/engine";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const poll = (headers: Record<string, string> = {}) =>
  api.request("GET", "/v1/ruleset", { key: acme.serverKey, headers });

describe("the ruleset", () => {
  test("is whole, readable, and tagged with its epoch and revision", async () => {
    const answer = await poll();

    const read = readRuleset(answer.body);
    expect(answer.status).toBe(200);
    expect(read.ok && `"${read.ruleset.epoch}.${read.ruleset.revision}"`).toBe(answer.headers.get("etag"));
    expect(answer.headers.get("cache-control")).toBe("private, no-cache");
  });

  test("says beside the body which it is, signed by a key that its own people see", async () => {
    const answer = await poll();

    const keys = await listSigningKeys(acme.caller);
    const [etag, seal] = ["etag", "burgee-seal"].map((name) => answer.headers.get(name) ?? "");
    const [epoch = "", revision] = (etag ?? "").slice(1, -1).split(".");
    const { tenantId } = acme.caller.person;
    const [, , environmentId = ""] = (seal ?? "").split("|");
    const sha256 = createHash("sha256").update(answer.text).digest();
    const which = { tenantId, environmentId, epoch, revision: Number(revision), sha256 };
    const own = keys.map(({ publicKey }) => Buffer.from(publicKey, "base64url"));
    expect(isSealedBy(seal ?? "", which, own)).toBe(true);
    expect(isSealedBy(seal ?? "", { ...which, revision: which.revision - 1 }, own)).toBe(false);
  });

  test.each([
    ["the tag", (etag: string) => etag],
    ["the tag made weak by a proxy", (etag: string) => `W/${etag}`],
    ["a list that holds the tag", (etag: string) => `"other", ${etag}`],
    ["anything", () => "*"],
  ])("is not sent again to who has %s", async (_, tagOf) => {
    const etag = (await poll()).headers.get("etag") ?? "";

    const answer = await poll({ "if-none-match": tagOf(etag) });

    expect(answer).toMatchObject({ status: 304, text: "" });
    expect(answer.headers.get("etag")).toBe(etag);
  });

  test("is sent once more after a change", async () => {
    const etag = (await poll()).headers.get("etag") ?? "";
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body: { key: "cart", default: true } });
    await api.publish();

    const answer = await eventually(async () => {
      const polled = await poll({ "if-none-match": etag });
      return polled.status === 200 && polled;
    });

    expect(answer).toMatchObject({ status: 200, body: { toggles: { cart: { version: 1 } } } });
  });

  test("comes packed to who takes that, once it is packed, and is the same", async () => {
    const rules = Array.from({ length: 20 }, (_, at) => ({
      condition: `region == 'region-${at}'`,
      value: true,
    }));
    const body = { key: "long", default: false, rules };
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body });
    await api.publish();
    const plain = await eventually(async () => {
      const answer = await poll({ "accept-encoding": "identity" });
      expect(answer.text).toContain("region-19");
      return answer;
    });

    for (const coding of ["br", "gzip"]) {
      const packed = await eventually(async () => {
        const answer = await poll({ "accept-encoding": coding });
        expect(answer.headers.get("content-encoding")).toBe(coding);
        return answer;
      });
      const etag = packed.headers.get("etag") ?? "";
      expect(packed.text).toBe(plain.text);
      expect(etag).not.toBe(plain.headers.get("etag"));
      expect(packed.headers.get("vary")).toBe("Accept-Encoding");
      expect((await poll({ "if-none-match": etag })).status).toBe(304);
      expect(
        (await poll({ "if-none-match": plain.headers.get("etag") ?? "", "accept-encoding": coding })).status,
      ).toBe(304);
    }
  });
});
