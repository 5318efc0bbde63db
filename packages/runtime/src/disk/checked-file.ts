/**
 * Files that are whole or not there. One is written beside its name, brought to the disk, and renamed; its first line
 * says what it is and the SHA-256 of the rest, which is compared when it is read.
 */
import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setImmediate as turn } from "node:timers/promises";

/** What a file holds, and by which version of its form. */
export interface FileKind {
  readonly name: string;
  readonly version: number;
}

/** `newer`: of a version that a later build writes. `foreign`: nothing that was written here as this kind. */
export type FileTrouble = "foreign" | "newer" | "damaged" | "too_large" | "writable_by_others";

export type CheckedBody =
  | { readonly ok: true; readonly body: Buffer; readonly sha256: string }
  | { readonly ok: false; readonly trouble: FileTrouble };

const HEADER = /^burgee ([a-z-]{1,40}) (\d{1,6}) ([0-9a-f]{64})\n/;
const LONGEST_HEADER = 128;
const WRITABLE_BY_OTHERS = 0o022;
/** Hashed at one go; others have their turn after it. */
const HASHED_AT_ONCE = 1024 * 1024;
/** Ends the name of a file that is being written. */
export const UNFINISHED = ".unfinished";

/** Replaces the file, or leaves the one before it as it was. Its folder is made, readable by this user alone. */
export async function writeChecked(path: string, kind: FileKind, body: Uint8Array): Promise<void> {
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  const header = Buffer.from(`burgee ${kind.name} ${kind.version} ${await hashOf(body)}\n`);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeToDisk(unfinished, [header, body]);
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/**
 * The body of a file; undefined where there is no such file.
 * @param maxBytes of which more is not read
 */
export async function readChecked(
  path: string,
  kind: FileKind,
  maxBytes: number,
): Promise<CheckedBody | undefined> {
  return reading(path, async (file) => {
    const { size, mode } = await file.stat();
    if (process.platform !== "win32" && (mode & WRITABLE_BY_OTHERS) !== 0) return bad("writable_by_others");
    if (size > maxBytes + LONGEST_HEADER) return bad("too_large");
    return decodeChecked(kind, await file.readFile());
  });
}

/** The first bytes of a file's body, unchecked; undefined where there is no such file, or none of this kind. */
export async function peekChecked(path: string, kind: FileKind, bytes: number): Promise<Buffer | undefined> {
  return reading(path, async (file) => {
    const start = Buffer.alloc(LONGEST_HEADER + bytes);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    const header = parseHeader(kind, start.subarray(0, bytesRead));
    return header.ok ? header.rest.subarray(0, bytes) : undefined;
  });
}

/** What a file's bytes hold, if they are as they were written. */
export async function decodeChecked(kind: FileKind, bytes: Buffer): Promise<CheckedBody> {
  const header = parseHeader(kind, bytes);
  if (!header.ok) return header;
  const { rest, sha256 } = header;
  return (await hashOf(rest)) === sha256 ? { ok: true, body: rest, sha256 } : bad("damaged");
}

type Header =
  | { readonly ok: true; readonly sha256: string; readonly rest: Buffer }
  | { readonly ok: false; readonly trouble: FileTrouble };

function parseHeader({ name, version }: FileKind, bytes: Buffer): Header {
  const [line, writtenName, writtenVersion, sha256 = ""] =
    HEADER.exec(bytes.toString("latin1", 0, LONGEST_HEADER)) ?? [];
  if (line === undefined || writtenName !== name) return bad("foreign");
  if (Number(writtenVersion) > version) return bad("newer");
  if (Number(writtenVersion) !== version) return bad("foreign");
  return { ok: true, sha256, rest: bytes.subarray(line.length) };
}

function bad(trouble: FileTrouble): { readonly ok: false; readonly trouble: FileTrouble } {
  return { ok: false, trouble };
}

async function hashOf(bytes: Uint8Array): Promise<string> {
  const hash = createHash("sha256");
  for (let start = 0; start < bytes.length; start += HASHED_AT_ONCE) {
    if (start > 0) await turn();
    hash.update(bytes.subarray(start, start + HASHED_AT_ONCE));
  }
  return hash.digest("hex");
}

async function reading<T>(path: string, read: (file: FileHandle) => Promise<T>): Promise<T | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

async function writeToDisk(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Else a loss of power may take the new name back. Windows syncs no folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
