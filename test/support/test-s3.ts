import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** An S3 for tests, with one bucket. */
export interface TestS3 {
  readonly bucket: string;
  /** What a process needs to find it and to be let in. */
  readonly env: Readonly<Record<string, string>>;
  readonly endpoint: string;
}

const BUCKET = "exports";
const NO_SUCH_UPLOAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchUpload</Code><Message>It is over.</Message></Error>';

/**
 * Brings an S3 for this test file, stopped after its last test. It is s3rver, and in front of it what that one lacks: an upload can
 * be aborted, and one that is over is not known any more.
 */
export async function withS3(): Promise<TestS3> {
  // Not along with all else that tests are given: few need it, and it is large.
  const { default: S3rver } = await import("s3rver");
  const folder = mkdtempSync(join(tmpdir(), "burgee-s3-"));
  const s3rver = new S3rver({
    silent: true,
    directory: folder,
    configureBuckets: [{ name: BUCKET, configs: [] }],
  });
  await s3rver.configureBuckets();
  const answer = s3rver.callback();

  const over = new Set<string>();
  const server = createServer((request, response) => {
    const upload = new URL(request.url ?? "", "http://s3").searchParams.get("uploadId");
    if (upload !== null && over.has(upload)) {
      request.resume();
      response.writeHead(404, { "content-type": "application/xml" }).end(NO_SUCH_UPLOAD);
      return;
    }
    if (upload !== null && request.method === "DELETE") {
      over.add(upload);
      response.writeHead(204).end();
      return;
    }
    if (upload !== null && request.method === "POST") response.once("finish", () => over.add(upload));
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It listens on no port.");
  const endpoint = `http://127.0.0.1:${address.port}`;
  return {
    bucket: BUCKET,
    endpoint,
    env: {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
      BURGEE_S3_ENDPOINT: endpoint,
    },
  };
}
