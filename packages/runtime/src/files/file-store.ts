/** Files that are too large for a database, or for a memory: written in parts over hours and crashes, and read as they are. */

export interface FileStore {
  /** What a part must have, the last one left out; more is held in memory for no use. */
  readonly partBytes: number;
  /** Begins a file. What was begun under this key before is forgotten; a finished file stays until the new one is complete. */
  begin(key: string): Promise<Upload>;
  /**
   * Adds a part where the upload stands; once this returns, it outlives a crash. May be done again from the same place, also by two
   * at once, as long as the bytes are the same.
   * @throws {FileStoreError} "upload_lost" where what was added before is not there any more
   */
  append(key: string, upload: Upload, part: Uint8Array): Promise<Upload>;
  /** Gives the file its name: it is whole, or not there. May be done again. @throws {FileStoreError} "upload_lost" */
  complete(key: string, upload: Upload): Promise<void>;
  /** Drops what was added. May be done again, and after `complete`, to which it does nothing. */
  abort(key: string, upload: Upload): Promise<void>;
  /** The bytes of a finished file, or some of them; undefined where there is none of this key. */
  read(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** May be done again. */
  remove(key: string): Promise<void>;
}

/** Where an upload stands. Plain data: whoever keeps it goes on from there, in another process or on another machine. */
export interface Upload {
  readonly id: string;
  readonly bytes: number;
  /** What the store calls each part, in their order; none where it does not tell them apart. */
  readonly parts: readonly string[];
}

/** Both ends are included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type FileStoreErrorCode = "upload_lost" | "invalid_key";

export class FileStoreError extends Error {
  override readonly name = "FileStoreError";
  readonly code: FileStoreErrorCode;

  constructor(code: FileStoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const KEY = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*\.[a-z0-9]+$/;

/** Keys are ours, `folder/folder/name.ending`: nothing in them leads anywhere else. @throws {FileStoreError} "invalid_key" */
export function demandKey(key: string): void {
  if (key.length <= 512 && KEY.test(key)) return;
  throw new FileStoreError(
    "invalid_key",
    `Files have keys such as audit-exports/name.jsonl, not ${JSON.stringify(key)}.`,
  );
}
