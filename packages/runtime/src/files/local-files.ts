/** Files in a folder: for one machine, or for several that share it. Readable by this user alone. */
import { constants, createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncFolder, UNFINISHED } from "../disk/checked-file.ts";
import { type ByteRange, demandKey, type FileStore, FileStoreError, type Upload } from "./file-store.ts";

const PART_BYTES = 8 * 1024 * 1024;

export function openLocalFiles(folder: string): FileStore {
  const pathOf = (key: string) => {
    demandKey(key);
    return join(folder, ...key.split("/"));
  };
  const unfinishedOf = (key: string) => `${pathOf(key)}${UNFINISHED}`;

  return {
    partBytes: PART_BYTES,

    begin: async (key) => {
      const path = unfinishedOf(key);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await closing(await open(path, "w", 0o600), (file) => file.sync());
      await syncFolder(dirname(path));
      return { id: "local", bytes: 0, parts: [] };
    },

    // At its place and never at the end: who adds the same part again changes nothing.
    append: async (key, upload, part) => {
      await closing(await openUnfinished(unfinishedOf(key), upload), async (file) => {
        await writeAt(file, part, upload.bytes);
        await file.datasync();
      });
      return { ...upload, bytes: upload.bytes + part.byteLength };
    },

    complete: async (key, upload) => {
      const path = pathOf(key);
      if ((await sizeOf(unfinishedOf(key))) === undefined && (await sizeOf(path)) === upload.bytes) return;
      await closing(await openUnfinished(unfinishedOf(key), upload), async (file) => {
        // What a process added that died before it noted so.
        await file.truncate(upload.bytes);
        await file.sync();
      });
      await rename(unfinishedOf(key), path);
      await syncFolder(dirname(path));
    },

    abort: (key) => rm(unfinishedOf(key), { force: true }),

    read: async (key, range) => {
      const path = pathOf(key);
      return (await sizeOf(path)) === undefined ? undefined : chunksOf(path, range);
    },

    remove: (key) => rm(pathOf(key), { force: true }),
  };
}

/** Opened by whoever reads the first of them. */
async function* chunksOf(path: string, range: ByteRange | undefined): AsyncIterable<Uint8Array> {
  yield* createReadStream(path, range);
}

async function openUnfinished(path: string, { bytes }: Upload): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDWR);
  } catch (cause) {
    if (isMissing(cause)) throw lost(path, cause);
    throw cause;
  }
  const { size } = await file.stat();
  if (size >= bytes) return file;
  await file.close();
  throw lost(path, new Error(`${size} of ${bytes} bytes are there.`));
}

async function writeAt(file: FileHandle, bytes: Uint8Array, place: number): Promise<void> {
  for (let written = 0; written < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, written, bytes.byteLength - written, place + written);
    written += bytesWritten;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function closing<T>(file: FileHandle, work: (file: FileHandle) => Promise<T>): Promise<T> {
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

function lost(path: string, cause: unknown): FileStoreError {
  return new FileStoreError("upload_lost", `What was written to ${path} so far is not there any more.`, {
    cause,
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
