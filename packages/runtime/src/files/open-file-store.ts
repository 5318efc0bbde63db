import { z } from "zod";
import type { Configuration } from "../configuration/read-configuration.ts";
import { fromVariable } from "../configuration/variable.ts";
import type { FileStore } from "./file-store.ts";
import { openLocalFiles } from "./local-files.ts";
import { openS3Files } from "./s3-files.ts";

const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([\w./-]*[\w.-]))?\/?$/;

/** Where files are kept; every process that writes or reads them is told the same. */
export const fileStoreConfiguration = {
  fileStore: fromVariable(
    z
      .string()
      .min(1)
      .refine((place) => !place.startsWith("s3:") || BUCKET.test(place))
      .default(".burgee/files"),
    {
      name: "BURGEE_FILE_STORE",
      expects: "a folder, or a bucket such as s3://bucket/prefix: where exports are kept",
    },
  ),
  s3Endpoint: fromVariable(z.url({ protocol: /^https?$/ }).optional(), {
    name: "BURGEE_S3_ENDPOINT",
    expects: "a web address such as https://minio.example.com: where the bucket is, if not at AWS",
  }),
};

export function openFileStore({
  fileStore,
  s3Endpoint,
}: Configuration<typeof fileStoreConfiguration>): FileStore {
  const [, bucket, prefix = ""] = BUCKET.exec(fileStore) ?? [];
  return bucket === undefined
    ? openLocalFiles(fileStore)
    : openS3Files({ bucket, prefix, endpoint: s3Endpoint });
}
