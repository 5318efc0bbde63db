import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Writers } from "@burgee/db";
import { IdPacker, inTurns } from "@burgee/engine/lists";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { LIMITS } from "../limits.ts";
import { demandQuota } from "../quotas/demand-quota.ts";
import type { ByteShare } from "../turns/shared-bytes.ts";
import { IdText, type IdTextFormat } from "./id-text.ts";
import type { UploadRoom } from "./upload-room.ts";

export const uploadSegmentListInput = z.strictObject(projectScope);

export interface UploadedText {
  readonly format: IdTextFormat;
  /** Bytes that are expected, where that is known. */
  readonly size: number | undefined;
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface SegmentListView {
  readonly hash: string;
  readonly count: number;
  /** Ids that came once more. */
  readonly duplicates: number;
}

/** Bytes hashed in one turn: some milliseconds. */
const BYTES_A_TURN = 4 * 1024 * 1024;
/** What an upload takes before anything has arrived, and whatever it says that it will send. */
const FIRST_BYTES = 128 * 1024;

/**
 * Keeps a list of ids for segments of the project to name: read while it arrives, then packed, and known by its content. A list that no
 * segment names goes after a day.
 * @throws {AppError} "invalid_input", which names the line; "limit_reached", "quota_exceeded"; "unavailable" where too many lists are being uploaded
 */
export async function uploadSegmentList(
  caller: Caller,
  input: z.infer<typeof uploadSegmentListInput>,
  text: UploadedText,
  room: UploadRoom,
): Promise<SegmentListView> {
  const { db, person } = caller;
  const { tenantId } = person;
  await db.read(tenantId, (readers) => enterProject(readers, person, "segment.write", input));

  return room.arriving.take(tenantId, async () => {
    const share = room.bytes.share(tenantId);
    try {
      const packer = await receive(text, share);
      const list = await room.packing.take(tenantId, () => pack(packer));
      await keep(caller, input, list);
      return { hash: list.hash, count: list.count, duplicates: list.duplicates };
    } finally {
      share.end();
    }
  });
}

async function receive({ format, size, chunks }: UploadedText, share: ByteShare): Promise<IdPacker> {
  share.grow(FIRST_BYTES);
  const packer = new IdPacker(Math.min(size ?? FIRST_BYTES, FIRST_BYTES));
  const text = new IdText(packer, format);
  for await (const chunk of chunks) {
    share.grow(chunk.length);
    text.take(chunk);
  }
  text.end();
  return packer;
}

interface PackedList extends SegmentListView {
  readonly bytes: Uint8Array;
}

async function pack(packer: IdPacker): Promise<PackedList> {
  const packed = await inTurns(packer.finish(), () => setImmediate());
  return { ...packed, hash: await sha256(packed.bytes) };
}

async function keep(
  { db, person, requestId }: Caller,
  input: z.infer<typeof uploadSegmentListInput>,
  { hash, count, duplicates, bytes }: PackedList,
): Promise<void> {
  await db.transact(person.tenantId, async (writers) => {
    const project = await enterProject(writers, person, "segment.write", input);
    await demandRoom(writers, project.projectId, hash, bytes.length);
    await writers.segmentLists.add(project.projectId, { hash, count, bytes }, actorOf(person));
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "segment_list.uploaded",
      object: `segment_list/${project.key}/${hash}`,
      requestId,
      before: null,
      after: { count, duplicates, bytes: bytes.length },
    });
  });
}

async function demandRoom(
  writers: Writers,
  projectId: Parameters<Writers["segmentLists"]["measure"]>[0],
  hash: string,
  size: number,
): Promise<void> {
  const { segmentLists } = writers;
  const known = await segmentLists.findAll(projectId, [hash]);
  if (known.length > 0) return;
  await demandQuota(writers, "segment_list_bytes", size);
  const held = await segmentLists.measure(projectId);
  const [mostLists, mostBytes] = [LIMITS.segmentListsPerProject, LIMITS.segmentListBytesPerProject];
  if (held.lists < mostLists && held.bytes + size <= mostBytes) return;
  throw new AppError(
    "limit_reached",
    `A project keeps at most ${mostLists} uploaded lists of ${mostBytes} bytes in all; here are ${held.lists} of ${held.bytes}. ` +
      "Those that no segment names go after a day.",
    { details: { ...held, mostLists, mostBytes } },
  );
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < bytes.length; at += BYTES_A_TURN) {
    hash.update(bytes.subarray(at, at + BYTES_A_TURN));
    await setImmediate();
  }
  return hash.digest("hex");
}
