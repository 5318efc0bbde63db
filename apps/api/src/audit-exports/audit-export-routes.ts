/** Exports of a tenant's audit trail: begun, asked about, and read by a link that ends. */
import { pipeline } from "node:stream/promises";
import {
  beginAuditExport,
  beginAuditExportInput,
  type ExportFiles,
  fileLinkInput,
  getAuditExport,
  getAuditExportInput,
  type Keyring,
  openAuditExportFile,
  parseInput,
} from "@burgee/core";
import type { Database } from "@burgee/db";
import { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import { anyone, personalKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { noBody } from "../http/inputs.ts";
import { originOf } from "../http/origin-of.ts";
import { rangeOf } from "./range-of.ts";

interface AuditExportRoutesDeps {
  readonly db: Database;
  readonly keyring: Keyring;
  readonly files: Pick<ExportFiles, "read">;
  readonly makeCaller: MakeCaller;
}

const noQuery = z.strictObject({});
const fileLinkPath = fileLinkInput.pick({ tenant: true, export: true });

export function auditExportRoutes({
  db,
  keyring,
  files,
  makeCaller,
}: AuditExportRoutesDeps): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/v1/audit-exports",
      access: personalKey,
      needs: { permission: "audit.read", in: "tenant" },
      query: noQuery,
      body: beginAuditExportInput,
      handle: async ({ body, ...exchange }) => {
        const begun = await beginAuditExport(makeCaller(exchange), body);
        const headers = {
          location: `/v1/jobs/${begun.job.id}`,
          "content-location": `/v1/audit-exports/${begun.id}`,
        };
        return { status: 202, headers, body: begun };
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/audit-exports/:id",
      access: personalKey,
      needs: { permission: "audit.read", in: "tenant" },
      query: noQuery,
      body: noBody,
      handle: async ({ params, ...exchange }) => {
        const input = parseInput(getAuditExportInput, params);
        return { body: await getAuditExport(makeCaller({ ...exchange }), keyring, input) };
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/files/:tenant/:export",
      access: anyone,
      needs: "public",
      query: fileLinkInput.omit({ tenant: true, export: true }),
      body: noBody,
      handle: async ({ request, address, response, params, query, requestId }) => {
        const input = { ...query, ...parseInput(fileLinkPath, params) };
        const origin = originOf({ ip: address, headers: request.headers });
        const ports = { db: db.withOrigin(origin), keyring, files, requestId };
        const file = await openAuditExportFile(ports, input);

        const range = rangeOf(request.headers.range, file.bytes);
        const { start, end } = range ?? { start: 0, end: file.bytes - 1 };
        // What is opened is read to its end: a store lends few connections.
        const chunks = request.method === "HEAD" ? undefined : await file.read(range);
        response.writeHead(range ? 206 : 200, {
          "content-type": file.mediaType,
          "content-disposition": `attachment; filename="${file.name}"`,
          "content-length": end - start + 1,
          "cache-control": "no-store",
          "accept-ranges": "bytes",
          ...(range && { "content-range": `bytes ${start}-${end}/${file.bytes}` }),
        });
        if (!chunks) {
          response.end();
          return { takenOver: true };
        }
        // A reader that leaves ends it; there is nobody to tell.
        await pipeline(chunks, response).catch(() => undefined);
        return { takenOver: true };
      },
    }),
  ];
}
