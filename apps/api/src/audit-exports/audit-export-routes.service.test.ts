import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runAuditExport } from "@burgee/core";
import type { AuditExportId } from "@burgee/db";
import { openLocalFiles } from "@burgee/runtime";
import { createDatabase, type TestDatabase } from "@burgee/test-support";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { startApi, type TestApi, type TestTenant } from "../../test/start-api.ts";

const begun = z.object({
  id: z.uuid() as unknown as z.ZodType<AuditExportId, string>,
  job: z.object({ id: z.string(), kind: z.literal("export-audit"), status: z.literal("waiting") }),
});
const done = z.object({
  file: z.object({
    bytes: z.number(),
    sha256: z.string(),
    link: z.string(),
    linkExpiresAt: z.iso.datetime(),
  }),
});
const folder = mkdtempSync(join(tmpdir(), "burgee-exports-"));
const files = openLocalFiles(folder);
let opened = 0;
let database: TestDatabase;
let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  database = await createDatabase();
  api = await startApi(database, {
    files: {
      ...files,
      read: (key, range) => {
        opened += 1;
        return files.read(key, range);
      },
    },
  });
  acme = await api.addTenant();
});
afterAll(async () => {
  await api.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe("an export over REST", () => {
  test("is begun by 202, which says where its job and the export are", async () => {
    const answer = await begin({ format: "jsonl", filter: { objectKind: "project" } });

    const { id, job } = begun.parse(answer.body);
    expect(answer.status).toBe(202);
    expect(answer.headers.get("location")).toBe(`/v1/jobs/${job.id}`);
    expect(answer.headers.get("content-location")).toBe(`/v1/audit-exports/${id}`);
    expect((await get(id)).body).toMatchObject({ id, filter: { objectKind: "project" }, file: null });
  });

  test("is downloaded by its link, with no key at all", async () => {
    const { link, bytes } = await exported("jsonl");

    const { status, headers, text } = await api.request("GET", link);

    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "application/x-ndjson; charset=utf-8",
      "content-disposition": expect.stringMatching(/^attachment; filename="audit-[0-9a-f-]{36}\.jsonl"$/),
      "content-length": String(bytes),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(text.split("\n")[0]).toContain('"form":"burgee-audit-export"');
  });

  test("is downloaded in pieces, from wherever one broke off", async () => {
    const { link, bytes } = await exported("csv");
    const whole = await api.request("GET", link);

    const start = await api.request("GET", link, { headers: { range: "bytes=0-9" } });
    const rest = await api.request("GET", link, { headers: { range: "bytes=10-" } });

    expect([start.status, rest.status]).toEqual([206, 206]);
    expect(start.headers.get("content-range")).toBe(`bytes 0-9/${bytes}`);
    expect(start.text + rest.text).toBe(whole.text);
  });

  test("tells its size and nothing else to who asks for the head", async () => {
    const { link, bytes } = await exported("csv");
    opened = 0;

    const { status, headers, text } = await api.request("HEAD", link);

    expect([status, headers.get("content-length"), text]).toEqual([200, String(bytes), ""]);
    expect(opened).toBe(0);
  });

  test("tells the trail where the reader was", async () => {
    const { link } = await exported("csv");

    await api.request("GET", link, { headers: { "user-agent": "curl/8" } });

    const [newest] = await acme.caller.db.read(acme.caller.person.tenantId, ({ audit }) =>
      audit.list({ before: undefined, limit: 1 }),
    );
    expect(newest).toMatchObject({
      action: "audit_export.downloaded",
      address: "127.0.0.1",
      userAgent: "curl/8",
    });
  });

  test.each<[string, (link: string) => string, number, string]>([
    ["a link that is no link's", (link) => link.replace("expires=", "expires=x"), 400, "invalid_input"],
    ["a link with another time", (link) => link.replace(/expires=\d/, "expires=9"), 403, "file_link_refused"],
    ["a link without its end", (link) => link.slice(0, link.indexOf("&signature")), 400, "invalid_input"],
    ["a link with more in it", (link) => `${link}&more=1`, 400, "invalid_input"],
  ])("refuses %s", async (_, alter, status, code) => {
    const { link } = await exported("csv");

    const answer = await api.request("GET", alter(link));

    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code });
  });

  test.each<[string, object]>([
    ["no format", {}],
    ["an unknown format", { format: "xml" }],
    ["an unknown filter", { format: "csv", filter: { colour: "red" } }],
    ["an unknown field", { format: "csv", more: 1 }],
  ])("refuses %s", async (_, body) => {
    expect(await begin(body)).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  });
});

test("an export over tRPC is the same", async () => {
  const headers = { "content-type": "application/json" };
  const answer = await api.request("POST", "/trpc/audit.export", {
    key: acme.personalKey,
    headers,
    body: { format: "csv" },
  });
  const { id } = z.object({ result: z.object({ data: begun }) }).parse(answer.body).result.data;
  await write(id);

  const input = encodeURIComponent(JSON.stringify({ id }));
  const got = await api.request("GET", `/trpc/audit.getExport?input=${input}`, { key: acme.personalKey });

  const { file } = z.object({ result: z.object({ data: done }) }).parse(got.body).result.data;
  expect((await api.request("GET", file.link)).text).toContain("seq,at,actor");
});

function begin(body: object) {
  return api.request("POST", "/v1/audit-exports", { key: acme.personalKey, body });
}

function get(id: string) {
  return api.request("GET", `/v1/audit-exports/${id}`, { key: acme.personalKey });
}

async function exported(format: string) {
  const { id } = begun.parse((await begin({ format })).body);
  await write(id);
  return done.parse((await get(id)).body).file;
}

/** What a worker does. */
async function write(id: AuditExportId): Promise<void> {
  const { db, person } = acme.caller;
  const signal = new AbortController().signal;
  await runAuditExport(
    { db, files, report: () => undefined, signal, keptMs: 3_600_000 },
    person.tenantId,
    id,
  );
}
