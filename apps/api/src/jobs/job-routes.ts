import {
  AppError,
  cancelJob,
  getJob,
  getJobInput,
  type KeyChecker,
  listJobs,
  listJobsInput,
} from "@burgee/core";
import type { JobId } from "@burgee/db";
import { z } from "zod";
import type { MakeCaller } from "../access/callers.ts";
import { endedAsUndefined, type PersonCredential, personalKey } from "../access/credential.ts";
import { keyOf } from "../access/key-of.ts";
import { TransportError } from "../errors/api-error.ts";
import { defineRoute, type Route } from "../http/define-route.ts";
import { limitInQuery, noBody } from "../http/inputs.ts";
import type { JobWatches } from "./job-watches.ts";
import { sendJobEvents } from "./send-job-events.ts";

const noQuery = z.strictObject({});
const listQuery = listJobsInput.extend({ limit: limitInQuery });
const EVENT_ID = /^\d{1,9}$/;

/** Long jobs: what every 202 names in `Location`. */
export function jobRoutes({
  makeCaller,
  keys,
  watches,
}: {
  readonly makeCaller: MakeCaller;
  readonly keys: KeyChecker;
  readonly watches: JobWatches;
}): readonly Route[] {
  const ofPeople = { access: personalKey, needs: "job", query: noQuery, body: noBody } as const;
  return [
    defineRoute({
      access: personalKey,
      needs: "job",
      method: "GET",
      path: "/v1/jobs",
      query: listQuery,
      body: noBody,
      handle: async ({ query, ...exchange }) => ({ body: await listJobs(makeCaller(exchange), query) }),
    }),

    defineRoute({
      ...ofPeople,
      method: "GET",
      path: "/v1/jobs/:id",
      handle: async (exchange) => ({
        body: await getJob(makeCaller(exchange), { id: idIn(exchange.params) }),
      }),
    }),

    defineRoute({
      ...ofPeople,
      method: "POST",
      path: "/v1/jobs/:id/cancel",
      handle: async (exchange) => ({
        body: await cancelJob(makeCaller(exchange), { id: idIn(exchange.params) }),
      }),
    }),

    defineRoute({
      ...ofPeople,
      method: "GET",
      path: "/v1/jobs/:id/events",
      takesOver: true,
      handle: async (exchange) => {
        const { request, response, params } = exchange;
        if (request.method === "HEAD") {
          throw new TransportError("method_not_allowed", "A stream has no head to ask for.", {
            headers: { allow: "GET, OPTIONS" },
          });
        }
        const left = new AbortController();
        response.once("close", () => left.abort());
        const after = seenBy(request.headers["last-event-id"]);
        const key = keyOf(request);
        const watch = await watches.open(makeCaller(exchange), {
          id: idIn(params),
          after,
          signal: left.signal,
          recheck: async () => (await endedAsUndefined(askedOf(keys, key)))?.person,
        });
        // What ends here is asked for again by who does not know that there is no more; this is how they are told.
        if (watch.isOver) return { status: 204 };
        void sendJobEvents(response, watch, left);
        return { takenOver: true };
      },
    }),
  ];
}

async function askedOf(keys: KeyChecker, key: string | undefined): Promise<PersonCredential> {
  return personalKey(keys, key);
}

function idIn({ id }: Readonly<Record<string, string>>): JobId {
  const read = getJobInput.safeParse({ id });
  if (read.success) return read.data.id;
  throw new AppError("job_not_found", "There is no such job.");
}

/** What can't be read counts as nothing seen. */
function seenBy(lastEventId: string | string[] | undefined): number | undefined {
  return typeof lastEventId === "string" && EVENT_ID.test(lastEventId) ? Number(lastEventId) : undefined;
}
