import { newId, type TenantId } from "@burgee/db";
import { afterAll, beforeEach, expect, test } from "vitest";
import { type AtHome, install } from "../../test/installation.ts";
import { parseInput } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { publishEnvironment } from "../rulesets/publish-environment.ts";
import { createSegment, createSegmentInput } from "./create-segment.ts";
import { updateSegment, updateSegmentInput } from "./update-segment.ts";
import { UploadRoom } from "./upload-room.ts";
import { uploadSegmentList } from "./upload-segment-list.ts";

const installation = await install();
const { admin, db, system, keyring, newTenant } = installation;
let caller: AtHome;

beforeEach(async () => {
  caller = await newTenant();
});
afterAll(() => installation.close());

test("is refused once a project keeps as many lists as it may, but for a list that it has", async () => {
  const { hash } = await upload("ada");
  await admin.query(
    `insert into burgee.segment_lists (tenant_id, project_id, hash, count, size, bytes, created_by)
     select tenant_id, project_id, sha256(n::text::bytea), 1, 1, 'x', 'system' from burgee.segment_lists, generate_series(2, $2) n
      where tenant_id = $1`,
    [caller.person.tenantId, LIMITS.segmentListsPerProject],
  );

  await expect(upload("bo")).rejects.toMatchObject({ code: "limit_reached", details: { lists: 200 } });
  expect(await upload("ada")).toMatchObject({ hash });
});

test("is refused where the lists of a project would have more bytes than it may keep", async () => {
  await upload("ada");
  await admin.query("update burgee.segment_lists set size = $2 where tenant_id = $1", [
    caller.person.tenantId,
    LIMITS.segmentListBytesPerProject,
  ]);

  await expect(upload("bo")).rejects.toMatchObject({ code: "limit_reached" });
});

test("a ruleset whose list is gone is not published, and is once the list is back", async () => {
  const { hash } = await upload("ada");
  await createSegment(caller, parseInput(createSegmentInput, { key: "many", include: { list: hash } }));
  await admin.query("delete from burgee.segment_lists where tenant_id = $1", [caller.person.tenantId]);

  expect(await publish()).toMatchObject({
    outcome: "failed",
    error: { message: `Segments name lists that are not there: ${hash}.` },
  });
  await upload("ada");
  expect(await publish()).toMatchObject({ outcome: "published" });
});

test("a list stays as long as a segment names it, and a day longer", async () => {
  const { hash } = await upload("ada");
  const named = parseInput(createSegmentInput, { key: "many", include: { list: hash } });
  const { version } = await createSegment(caller, named);
  await admin.query("update burgee.outbox set published = true");

  expect(await sweptADayLater()).toBe(0);
  const described = { key: "many", expectedVersion: version, description: "Many" };
  const kept = await updateSegment(caller, parseInput(updateSegmentInput, described));
  expect(kept).toMatchObject({ include: { list: hash, count: 1 }, description: "Many" });
  const emptied = { key: "many", expectedVersion: kept.version, include: [] };
  await updateSegment(caller, parseInput(updateSegmentInput, emptied));
  await admin.query("update burgee.outbox set published = true");
  expect(await system.sweepSegmentLists(100)).toBe(0);
  expect(await sweptADayLater()).toBe(1);
});

test("is refused while lists that arrive have all the room there is", async () => {
  const room = new UploadRoom();
  const shares = Array.from({ length: 12 }, (_, at) => {
    const share = room.bytes.share(newId<TenantId>());
    share.grow(2 ** (27 - at));
    return share;
  });

  await expect(upload("ada", room)).rejects.toMatchObject({ code: "unavailable" });

  for (const share of shares) share.end();
  expect(await upload("ada", room)).toMatchObject({ count: 1 });
  room.bytes.share(caller.person.tenantId).grow(2 ** 27);
});

async function sweptADayLater(): Promise<number> {
  const older =
    "update burgee.segment_lists set used_at = used_at - interval '25 hours' where tenant_id = $1";
  await admin.query(older, [caller.person.tenantId]);
  return system.sweepSegmentLists(100);
}

function publish() {
  const { tenantId, home } = caller.person;
  return publishEnvironment(
    { db, system, keyring, announce: async () => undefined, onOutcome: () => undefined },
    { tenantId, environmentId: home.environmentId },
  );
}

function upload(text: string, room = new UploadRoom()) {
  const chunks = (async function* () {
    yield Buffer.from(text);
  })();
  return uploadSegmentList(
    caller,
    {},
    { format: { type: "lines", hasHeader: false }, size: undefined, chunks },
    room,
  );
}
