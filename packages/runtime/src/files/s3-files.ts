/** Files in a bucket of S3, or of what speaks as it does: for nodes that share no folder. */
import type { S3Client } from "@aws-sdk/client-s3";
import { demandKey, type FileStore, FileStoreError, type Upload } from "./file-store.ts";

export interface S3FilesOptions {
  readonly bucket: string;
  /** Before each key, without a "/" at its end; none where it is empty. */
  readonly prefix: string;
  /** Of what is no AWS; its buckets are then found by paths. */
  readonly endpoint?: string | undefined;
}

/** S3 takes no less of any part but the last, and 10,000 parts: files of 78 GiB. */
const PART_BYTES = 8 * 1024 * 1024;

/** Region and credentials are found as the AWS SDK finds them; it is loaded by whoever writes or reads the first file. */
export function openS3Files({ bucket, prefix, endpoint }: S3FilesOptions): FileStore {
  let opening: ReturnType<typeof open> | undefined;
  const opened = () => {
    opening ??= open(endpoint);
    return opening;
  };
  const placeOf = (key: string) => {
    demandKey(key);
    return { Bucket: bucket, Key: prefix === "" ? key : `${prefix}/${key}` };
  };

  return {
    partBytes: PART_BYTES,

    begin: async (key) => {
      const { client, s3 } = await opened();
      const { UploadId } = await client.send(new s3.CreateMultipartUploadCommand(placeOf(key)));
      if (UploadId === undefined) throw new Error("S3 began an upload without a name.");
      return { id: UploadId, bytes: 0, parts: [] };
    },

    append: async (key, upload, part) => {
      const { client, s3 } = await opened();
      const place = { ...placeOf(key), UploadId: upload.id, PartNumber: upload.parts.length + 1 };
      const { ETag } = await sending(() =>
        client.send(new s3.UploadPartCommand({ ...place, Body: part, ContentLength: part.byteLength })),
      );
      if (ETag === undefined) throw new Error("S3 took a part and did not say what it calls it.");
      return { ...upload, bytes: upload.bytes + part.byteLength, parts: [...upload.parts, ETag] };
    },

    complete: async (key, upload) => {
      const { client, s3 } = await opened();
      const parts = upload.parts.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
      const input = { ...placeOf(key), UploadId: upload.id, MultipartUpload: { Parts: parts } };
      try {
        await sending(() => client.send(new s3.CompleteMultipartUploadCommand(input)));
      } catch (error) {
        const isDone = isLost(error) && (await sizeOf(key)) === upload.bytes;
        if (!isDone) throw error;
      }
    },

    abort: async (key, { id }: Upload) => {
      const { client, s3 } = await opened();
      const input = { ...placeOf(key), UploadId: id };
      await unlessMissing(() => client.send(new s3.AbortMultipartUploadCommand(input)));
    },

    read: async (key, range) => {
      const { client, s3 } = await opened();
      const Range = range && `bytes=${range.start}-${range.end}`;
      const found = await unlessMissing(() =>
        client.send(new s3.GetObjectCommand({ ...placeOf(key), Range })),
      );
      return found?.Body as AsyncIterable<Uint8Array> | undefined;
    },

    remove: async (key) => {
      const { client, s3 } = await opened();
      await unlessMissing(() => client.send(new s3.DeleteObjectCommand(placeOf(key))));
    },
  };

  async function sizeOf(key: string): Promise<number | undefined> {
    const { client, s3 } = await opened();
    const head = await unlessMissing(() => client.send(new s3.HeadObjectCommand(placeOf(key))));
    return head?.ContentLength;
  }
}

async function open(endpoint: string | undefined): Promise<{
  readonly client: S3Client;
  readonly s3: typeof import("@aws-sdk/client-s3");
}> {
  const s3 = await import("@aws-sdk/client-s3");
  const client = new s3.S3Client({
    // Every body is signed by its SHA-256; further sums are asked of S3 itself alone, and others don't know them.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  return { client, s3 };
}

/** @throws {FileStoreError} "upload_lost" for an upload that S3 does not know, or whose parts it does not have */
async function sending<T>(send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    if (!isNamed(cause, ["NoSuchUpload", "InvalidPart"])) throw cause;
    throw new FileStoreError("upload_lost", "S3 does not know this upload any more.", { cause });
  }
}

async function unlessMissing<T>(send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send();
  } catch (error) {
    if (isNamed(error, ["NoSuchKey", "NotFound", "NoSuchUpload"])) return undefined;
    throw error;
  }
}

function isLost(error: unknown): boolean {
  return error instanceof FileStoreError && error.code === "upload_lost";
}

function isNamed(error: unknown, names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
