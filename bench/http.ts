/** Evaluations over HTTP, against an Express route that answers an empty object. */
import { createServer } from "node:http";
import autocannon from "autocannon";
import express from "express";
import { eventually } from "../test/support/eventually.ts";
import type { Installation } from "../test/support/installation.ts";
import { inTurns, perSecond, type Row } from "./measure.ts";

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 32;
const BULK = 100;
const KEY = "bench-http";

export async function benchHttp({ url, keys, trpc }: Installation): Promise<readonly Row[]> {
  await trpc.toggles.create.mutate({
    key: KEY,
    default: false,
    rules: [{ condition: "region == 'IN'", value: true }],
    rollout: { type: "percentage", value: 10 },
  });
  const bulkKeys = [KEY];
  let newest = 0;
  for (let index = 1; index < BULK; index++) {
    const key = `${KEY}-${index}`;
    bulkKeys.push(key);
    const rollout = { type: "percentage" as const, value: index };
    ({ revision: newest } = await trpc.toggles.create.mutate({ key, default: false, rollout }));
  }

  const bare = createServer(express().get("/", (_request, response) => void response.json({})));
  await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
  const address = bare.address();
  const bareUrl = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`;
  const headers = { authorization: `Bearer ${keys.sdkKey}` };
  const single = { url: `${url}/v1/toggles/${KEY}?userId=user-7&region=NO`, headers };
  const bulk = {
    url: `${url}/v1/evaluate`,
    method: "POST" as const,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ context: { userId: "user-7", region: "NO" }, toggles: bulkKeys }),
  };
  const ruleset = {
    url: `${url}/v1/ruleset`,
    headers: { ...headers, "if-none-match": await etagAt(newest, url, headers) },
  };

  try {
    const empty = () => requestsPerSecond({ url: bareUrl }, 200);
    return [
      row("GET /v1/toggles/:key", 1, await inTurns(ROUNDS, () => requestsPerSecond(single, 200), empty)),
      row(
        `POST /v1/evaluate, ${BULK} toggles`,
        BULK,
        await inTurns(ROUNDS, () => requestsPerSecond(bulk, 200), empty),
      ),
      row("GET /v1/ruleset, 304", 0, await inTurns(ROUNDS, () => requestsPerSecond(ruleset, 304), empty)),
    ];
  } finally {
    bare.close();
  }
}

function row(name: string, evaluations: number, { ours, bare }: { ours: number; bare: number }): Row {
  const rate =
    evaluations === 0 ? `${perSecond(ours)} requests` : `${perSecond(ours * evaluations)} evaluations`;
  return {
    name,
    value: `${(ours / bare).toFixed(2)} x`,
    note: `an empty Express route's requests/s; ${rate}, median of ${ROUNDS} rounds of ${SECONDS} s`,
  };
}

async function requestsPerSecond(target: autocannon.Options, status: 200 | 304): Promise<number> {
  const result = await autocannon({ ...target, connections: CONNECTIONS, duration: SECONDS });
  const answered = result.statusCodeStats?.[`${status}`]?.count ?? 0;
  if (answered === 0 || answered !== result.requests.total) {
    throw new Error(`Expected every answer to be ${status}: ${JSON.stringify(result.statusCodeStats)}`);
  }
  return answered / result.duration;
}

/** Waits until the newest revision is served, lest the ruleset change under the load. */
async function etagAt(revision: number, url: string, headers: Record<string, string>): Promise<string> {
  return eventually(async () => {
    const response = await fetch(`${url}/v1/ruleset`, { headers });
    const etag = response.headers.get("etag") ?? "";
    if (!etag.endsWith(`.${revision}"`)) throw new Error(`The api still serves ${etag}.`);
    return etag;
  });
}
