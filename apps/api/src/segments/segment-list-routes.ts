/** Lists of ids too long for a ruleset: uploaded by people, fetched by SDKs. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  AppError,
  downloadSegmentList,
  downloadSegmentListInput,
  ListDownloads,
  type LiveLists,
  listHash,
  parseInput,
  UploadRoom,
  uploadSegmentList,
  uploadSegmentListInput,
} from "@burgee/core";
import type { Clock } from "@burgee/runtime";
import { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import { personalKey, serverKey } from "../access/credential.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { noBody } from "../http/inputs.ts";
import { isCurrent } from "../http/preconditions.ts";
import { idTextOf } from "./id-text-of.ts";

/** What a hash names never changes. */
const CACHE_CONTROL = "private, max-age=31536000, immutable";

const noQuery = z.strictObject({});

export function segmentListRoutes({
  makeCaller,
  lists,
  clock,
}: {
  readonly makeCaller: MakeCaller;
  readonly lists: LiveLists;
  readonly clock: Clock;
}): readonly Route[] {
  const room = new UploadRoom();
  const downloads = new ListDownloads();
  return [
    defineRoute({
      method: "POST",
      path: "/v1/projects/:project/segment-lists",
      access: personalKey,
      needs: { permission: "segment.write", in: "project" },
      query: noQuery,
      body: noBody,
      handle: async (exchange) => {
        const { request, params } = exchange;
        try {
          const input = parseInput(uploadSegmentListInput, { project: params.project });
          const view = await uploadSegmentList(makeCaller(exchange), input, idTextOf(request, clock), room);
          const location = `/v1/projects/${encodeURIComponent(params.project ?? "")}/segment-lists/${view.hash}`;
          return { status: 201, headers: { location }, body: view };
        } finally {
          request.resume();
        }
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/projects/:project/segment-lists/:hash",
      access: personalKey,
      needs: { permission: "segment.read", in: "project" },
      query: noQuery,
      body: noBody,
      handle: async ({ response, params, ...exchange }) => {
        const { project, hash } = params;
        const input = parseInput(downloadSegmentListInput, { project, hash });
        await downloadSegmentList(makeCaller({ ...exchange }), input, downloads, async (lines) => {
          response.writeHead(200, {
            "content-type": "text/plain; charset=utf-8",
            "cache-control": CACHE_CONTROL,
          });
          // A reader that leaves ends it; there is nobody to tell.
          await pipeline(Readable.from(lines), response).catch(() => undefined);
        });
        return { takenOver: true };
      },
    }),

    defineRoute({
      method: "GET",
      path: "/v1/segments/:hash",
      access: serverKey,
      needs: { permission: "segment.read", in: "environment" },
      query: noQuery,
      body: noBody,
      handle: async ({ credential, request, response, params: { hash = "" } }) => {
        const live = listHash.safeParse(hash).success && (await lists.find(credential.scope, hash));
        if (!live)
          throw new AppError("segment_list_not_found", "There is no list of this hash in the key's project.");
        const headers = {
          etag: `"${hash}"`,
          "cache-control": CACHE_CONTROL,
          "content-type": "application/octet-stream",
        };
        if (isCurrent(request.headers["if-none-match"], headers.etag)) return { status: 304, headers };

        const { tenantId } = credential.scope;
        const held = await downloads.hold(tenantId, hash, async () => live.bytes);
        if (response.closed) held.end();
        else response.once("close", held.end);
        return { headers, body: held.bytes };
      },
    }),
  ];
}
