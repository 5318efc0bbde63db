import { createHash } from "node:crypto";
import { connect } from "node:net";
import {
  createSegment,
  createSegmentInput,
  getSegment,
  listAudit,
  listAuditInput,
  listSegments,
  listSegmentsInput,
  parseInput,
  updateSegment,
  updateSegmentInput,
} from "@burgee/core";
import { readIdList } from "@burgee/engine/lists";
import { createDatabase, eventually, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const LISTS = "/v1/projects/web/segment-lists";
const manyIds = Array.from({ length: 50_000 }, (_, at) => `user-${at}`);

let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;
let other: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database);
  [acme, other] = [await api.addTenant(), await api.addTenant()];
});
afterAll(async () => {
  await api.close();
  await database.drop();
});

const upload = (body: string, headers: Record<string, string> = {}, key = acme.personalKey, path = LISTS) =>
  api.request("POST", path, { key, body, headers: { "content-type": "text/plain", ...headers } });

async function uploaded(ids: readonly string[]): Promise<string> {
  const { body } = await upload(ids.join("\n"));
  return (body as { hash: string }).hash;
}

describe("an upload", () => {
  test("answers what it kept, by its content, and what came twice", async () => {
    const answer = await upload(`${manyIds.join("\n")}\n\nuser-7\n`);
    const reversed = await upload([...manyIds].reverse().join("\r\n"));

    expect(answer).toMatchObject({ status: 201, body: { count: 50_000, duplicates: 1 } });
    expect(reversed.body).toEqual({ ...(answer.body as object), duplicates: 0 });
    const { hash } = answer.body as { hash: string };
    const entries = await listAudit(acme.caller, parseInput(listAuditInput, {}));
    expect(entries.items).toContainEqual(
      expect.objectContaining({
        action: "segment_list.uploaded",
        object: `segment_list/web/${hash}`,
        after: expect.objectContaining({ count: 50_000, duplicates: 1 }),
      }),
    );
    const lines = await api.request("GET", answer.headers.get("location") ?? "", { key: acme.personalKey });
    expect(lines.text.trimEnd().split("\n").sort()).toEqual([...manyIds].sort());
  });

  test("takes the first column of CSV, without the header that it names", async () => {
    const answer = await upload('id,name\n"a,b",Ada\nc,"Bo\nCy"\n', {
      "content-type": "text/csv; header=present",
    });

    expect(answer).toMatchObject({ status: 201, body: { count: 2, duplicates: 0 } });
  });

  test.each([
    ["of another type", "{}", { "content-type": "application/json" }, 415],
    ["in another encoding", "a", { "content-type": "text/plain; charset=latin1" }, 415],
    ["that is compressed", "a", { "content-encoding": "gzip" }, 415],
    ["with an id that is too long", `a\n${"b".repeat(513)}`, {}, 400],
  ])("%s is refused", async (_, body, headers, status) => {
    expect((await upload(body, headers)).status).toBe(status);
  });

  test("names the line that is wrong", async () => {
    const { body } = await upload(`a\n${"b".repeat(513)}\n`);

    expect(body).toMatchObject({
      errors: [{ code: "too_long", line: 2, message: "Line 2: an id has at most 512 characters." }],
    });
  });

  test("too large is refused by its length, before it is sent", async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(api.port, "127.0.0.1");
      socket.once("data", (data) => resolve(data.toString())).once("error", reject);
      socket.write(
        `POST ${LISTS} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${acme.personalKey}\r\n` +
          "content-type: text/plain\r\ncontent-length: 67108865\r\n\r\n",
      );
      socket.once("data", () => socket.destroy());
    });

    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test("needs a personal key that may write segments, and a project of the tenant", async () => {
    const statuses = [
      await upload("a", {}, acme.serverKey),
      await upload("a", {}, await acme.keyOf("viewer")),
      await upload("a", {}, acme.personalKey, "/v1/projects/none/segment-lists"),
    ].map(({ status }) => status);

    expect(statuses).toEqual([403, 403, 404]);
  });
});

describe("a segment", () => {
  test("names an uploaded list, which its views count and do not list", async () => {
    const hash = await uploaded(manyIds);

    const created = await segment("named", { include: { list: hash }, exclude: ["user-1"] });

    const list = { list: hash, count: 50_000 };
    expect(created).toMatchObject({ include: list, exclude: ["user-1"] });
    expect(await getSegment(acme.caller, { project: "web", key: "named" })).toMatchObject({ include: list });
    const page = await listSegments(acme.caller, parseInput(listSegmentsInput, { project: "web" }));
    expect(page.items).toContainEqual(
      expect.objectContaining({ key: "named", included: 50_000, excluded: 1 }),
    );
    const entries = await listAudit(acme.caller, parseInput(listAuditInput, { limit: 1 }));
    expect(entries.items).toMatchObject([{ action: "segment.created", after: { include: list } }]);
  });

  test("can't name a list of another tenant, nor one that is not there", async () => {
    const theirs = await upload("x\ny", {}, other.personalKey);
    const { hash } = theirs.body as { hash: string };

    await expect(segment("theirs", { include: { list: hash } })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/include/list", code: "unknown_list" }],
    });
  });

  test("that lists more ids itself than travel in a ruleset is told of the upload", async () => {
    const include = Array.from({ length: 10_001 }, (_, at) => `${at}`);

    await expect(async () => segment("long", { include })).rejects.toMatchObject({
      code: "invalid_input",
      issues: [{ pointer: "/include", message: expect.stringContaining("segment-lists") }],
    });
  });

  test("is evaluated by its list, which takes part once a change of it is published", async () => {
    await segment("many", { include: { list: await uploaded(manyIds) } });
    const body = { key: "for_many", default: false, rules: [{ condition: "segment('many')", value: true }] };
    await api.request("POST", "/v1/toggles", { key: acme.personalKey, body });
    await api.publish();
    const values = async (...ids: string[]) =>
      Promise.all(
        ids.map(async (id) => {
          const path = `/v1/toggles/for_many?userId=${id}`;
          return ((await api.request("GET", path, { key: acme.serverKey })).body as { value?: unknown })
            ?.value;
        }),
      );
    await eventually(async () => (await values("user-7"))[0] === true);
    expect(await values("user-49999", "user-50000", "ada")).toEqual([true, false, false]);

    const next = await uploaded(["ada", ...manyIds.slice(1_000)]);
    await update("many", 1, { include: { list: next } });
    await api.publish();

    await eventually(async () => (await values("ada"))[0] === true);
    expect(await values("user-999", "user-1000")).toEqual([false, true]);
    const path = "/v1/toggles/for_many?userId=ada&explain=true";
    const explained = await api.request("GET", path, { key: acme.serverKey });
    expect(explained.text).toContain(`"includeList":{"hash":"${next}","count":49001,"outcome":true}`);
  });
});

describe("a list", () => {
  test("is fetched by the server key of an environment, for good", async () => {
    const hash = await uploaded(manyIds);

    const response = await fetch(`${api.baseUrl}/v1/segments/${hash}`, {
      headers: { authorization: `Bearer ${acme.serverKey}` },
    });

    const bytes = new Uint8Array(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
    expect(response.headers.get("etag")).toBe(`"${hash}"`);
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(hash);
    expect(readIdList(bytes)).toMatchObject({ ok: true, list: { count: 50_000 } });
    const again = await api.request("GET", `/v1/segments/${hash}`, {
      key: acme.serverKey,
      headers: { "if-none-match": `"${hash}"` },
    });
    expect(again).toMatchObject({ status: 304, text: "" });
  });

  test("is not there for another tenant's key, under another hash, nor for a personal key", async () => {
    const hash = await uploaded(["only", "ours"]);
    await api.request("GET", `/v1/segments/${hash}`, { key: acme.serverKey });

    const statuses = await Promise.all(
      [
        [other.serverKey, hash],
        [acme.serverKey, "0".repeat(64)],
        [acme.serverKey, "nonsense"],
        [acme.personalKey, hash],
      ].map(async ([key = "", of]) => (await api.request("GET", `/v1/segments/${of}`, { key })).status),
    );

    expect(statuses).toEqual([404, 404, 404, 403]);
  });
});

async function segment(key: string, input: object) {
  return createSegment(acme.caller, parseInput(createSegmentInput, { project: "web", key, ...input }));
}

async function update(key: string, expectedVersion: number, input: object) {
  return updateSegment(
    acme.caller,
    parseInput(updateSegmentInput, { project: "web", key, expectedVersion, ...input }),
  );
}
