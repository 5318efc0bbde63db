/**
 * `npm run bench:server`: what a read over HTTP costs, beside a bare server that sends the same bytes and beside another service's
 * server that does the nearest same. CPU time of the server's process a request, medians of interleaved rounds; the load comes
 * from this machine, and is bounded. Names of rows as arguments leave out the others, `--no-peer` the other server;
 * `API_NODE_OPTIONS` goes to our api's process, such as `--cpu-prof --cpu-prof-dir=/tmp/profiles`.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { removePostgres, startPostgres } from "../../launcher/embedded-postgres.mjs";
import { printDemands } from "../engine/report.ts";
import { type Heard, hear, startBare } from "./bare.ts";
import { startBurgee } from "./burgee.ts";
import type { Target } from "./load.ts";
import { demandsOf, measureRow, ROW_NAMES, type RowName, type Sides } from "./rows.ts";
import { ALONE, CONTEXTS, TOGGLES } from "./scenario.ts";
import { startUnleash } from "./unleash.ts";

const dataDir = join(import.meta.dirname, "..", "..", ".burgee", "bench", `server-postgres-${process.pid}`);
const [, , ...given] = process.argv;
const isWithPeer = !given.includes("--no-peer");
const isAskedFor = (name: RowName) => !ROW_NAMES.some((each) => given.includes(each)) || given.includes(name);

const postgres = await startPostgres({ dataDir, durable: true });
try {
  const burgee = await startBurgee(postgres.url);
  const { installation, epoch, revision, published } = burgee;
  const { url, keys, apiPid } = installation;
  const key = { authorization: `Bearer ${keys.sdkKey}` };
  const packed = { ...key, "accept-encoding": "gzip, deflate" };

  const singles = CONTEXTS.map((context) => ({
    path: `/v1/toggles/${ALONE.key}?${new URLSearchParams(context)}`,
  }));
  const toggles = TOGGLES.map((toggle) => toggle.key);
  const bulks = CONTEXTS.map((context) => ({
    path: "/v1/evaluate",
    body: JSON.stringify({ context, toggles }),
  }));
  const posted = { ...key, "content-type": "application/json" };
  const ruleset = [{ path: "/v1/ruleset" }];

  const heardRuleset = await packedRuleset();
  const etag = headerOf(heardRuleset, "etag");
  const current = { ...packed, "if-none-match": etag };
  const [first = { path: "", body: "" }] = bulks;
  const heardBulk = await hear(`${url}${first.path}`, { method: "POST", headers: posted, body: first.body });
  const answers: [string, Heard][] = [
    ["/v1/ruleset", heardRuleset],
    ["/v1/ruleset 304", await hear(`${url}/v1/ruleset`, { headers: current })],
  ];
  for (const { path } of singles) answers.push([path, await hear(`${url}${path}`, { headers: key })]);

  const bare = await startBare({
    answers: Object.fromEntries(
      answers.map(([name, { body, ...rest }]) => [name, { ...rest, body: body.toString("base64") }]),
    ),
    bulk: {
      epoch,
      revision,
      published,
      headers: heardBulk.headers.filter(
        (_, at) => !/^content-length$/i.test(heardBulk.headers[at - (at % 2)] ?? ""),
      ),
    },
  });
  try {
    for (const { path, body } of bulks) {
      const asked = { method: "POST", headers: posted, body };
      const [ours, its] = [await hear(`${url}${path}`, asked), await hear(`${bare.url}${path}`, asked)];
      if (!ours.body.equals(its.body))
        throw new Error(`The yardstick answers otherwise than we do: ${differenceOf(ours.body, its.body)}`);
    }

    const at = (side: { url: string; pid: number }, target: Omit<Target, "url" | "pid">): Target => ({
      ...target,
      url: side.url,
      pid: side.pid,
    });
    const both = (target: Omit<Target, "url" | "pid">): Sides => ({
      burgee: at({ url, pid: apiPid }, target),
      bare: at(bare, target),
    });
    const rows: Record<RowName, Sides> = {
      single: both({ headers: key, asked: singles, status: 200 }),
      bulk: both({ method: "POST", headers: posted, asked: bulks, status: 200 }),
      ruleset: both({ headers: packed, asked: ruleset, status: 200 }),
      current: both({ headers: current, asked: ruleset, status: 304 }),
    };
    const peer = isWithPeer ? await startUnleash(postgres.url) : undefined;
    try {
      const measured = [];
      for (const name of ROW_NAMES.filter(isAskedFor)) {
        const row = { ...rows[name], ...(peer && { peer: peer.targets[name] }) };
        measured.push(await measureRow(name, row));
      }
      const demands = measured.flatMap(demandsOf);
      printDemands(demands);
      if (demands.some(({ isMet }) => !isMet)) process.exitCode = 1;
    } finally {
      await peer?.stop();
    }
  } finally {
    await bare.stop();
    await installation.stop();
  }

  /** It is packed beside the first answers, which are sent unpacked. */
  async function packedRuleset(): Promise<Heard> {
    for (let tries = 0; ; tries += 1) {
      const heard = await hear(`${url}/v1/ruleset`, { headers: packed });
      if (heard.headers.some((text) => text === "gzip") || tries === 50) return heard;
    }
  }
} finally {
  await postgres.stop();
  await removePostgres(dataDir);
  rmSync(dataDir, { recursive: true, force: true });
}

function headerOf({ headers }: Heard, name: string): string {
  return headers[headers.findIndex((each, at) => at % 2 === 0 && each.toLowerCase() === name) + 1] ?? "";
}

/** Around the first byte that is another. */
function differenceOf(ours: Buffer, its: Buffer): string {
  const at = ours.findIndex((byte, index) => byte !== its[index]);
  return [ours, its].map((body) => body.subarray(Math.max(0, at - 80), at + 40).toString()).join("\n");
}
