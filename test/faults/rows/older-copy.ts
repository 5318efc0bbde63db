/** Redis goes back to an older copy of a ruleset, as a replica does that takes over: nobody goes back with it. */
import { setTimeout as pause } from "node:timers/promises";
import { createServerClient } from "@burgee/sdk";
import { eventually } from "../../support/eventually.ts";
import type { OwnRedis } from "../../support/own-redis.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { checkObserved, type ObservedEvent, WENT_BACK } from "../observed.ts";
import { openHouse } from "../open-house.ts";
import { openTrpc } from "../trpc-client.ts";
import { atLeast, count, never } from "../verdicts.ts";

const TOGGLE = "flipped";
const CHANGES_BETWEEN = 5;
const WITHIN_MS = 5_000;
const PATIENCE = { timeoutMs: 20_000 };

export const olderCopy: FaultRow = {
  name: "older-copy",
  faults: ["F13"],
  title: "the copy of a ruleset in Redis is older than what readers have, and a node starts with it",
  needs: ["redis"],
  planted: {
    "believes-the-copy": {
      what: "a client takes what the copy in Redis says for the newest",
      breaks: [WENT_BACK],
    },
  },
  run,
};

async function run({ short, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { clients, times } = short ? { clients: 4, times: 1 } : { clients: 20, times: 20 };
  const { bus, burgee, tenant } = await openHouse(closing, { redis: true, tenants: 1, toggles: [TOGGLE] });
  if (!bus) throw new Error("There is no Redis.");
  const trpc = openTrpc(burgee.url, tenant.personalKey);
  let version = 1;
  const flip = async () => {
    const enabled = version % 2 === 0;
    const { revision } = await trpc.settings.setEnabled.mutate({
      toggle: TOGGLE,
      enabled,
      expectedVersion: version,
    });
    version += 1;
    history.record({ type: "changed", revision, toggle: TOGGLE, enabled } satisfies ObservedEvent);
    return revision;
  };
  const sdks = Array.from({ length: clients }, (_, index) => {
    const options = { baseUrl: burgee.url, sdkKey: tenant.serverKey, logger: false, usage: false } as const;
    const sdk = createServerClient(options);
    closing.defer(() => sdk.close());
    sdk.on("change", ({ revision }) => {
      const enabled = sdk.isEnabled(TOGGLE) ? [TOGGLE] : [];
      history.record({ type: "applied", client: `sdk-${index}`, revision, enabled } satisfies ObservedEvent);
    });
    return sdk;
  });
  const areAt = (revision: number) => () => sdks.every((sdk) => sdk.revision === revision);
  const first = await eventually(
    async () => (await trpc.environments.list.query({ project: "web" }))[0]?.revision ?? 0,
    PATIENCE,
  );
  history.record({ type: "changed", revision: first, toggle: "", enabled: false } satisfies ObservedEvent);
  await eventually(areAt(first), PATIENCE);

  let nodesBehind = 0;
  let putBack = 0;
  for (let time = 1; time <= times; time++) {
    const old = await flip();
    await eventually(areAt(old), PATIENCE);
    const copies = await eventually(() => copiesAt(bus, old), PATIENCE);
    for (const key of copies) await bus.command(["COPY", key, `old:${key}`, "REPLACE"]);
    for (let change = 0; change < CHANGES_BETWEEN; change++) await flip();
    const newest = await flip();
    await eventually(areAt(newest), PATIENCE);
    if (planted.has("believes-the-copy")) await believe(bus, history);
    for (const key of copies) await bus.command(["COPY", `old:${key}`, key, "REPLACE"]);
    putBack += 1;
    if (planted.has("believes-the-copy")) await believe(bus, history);
    await burgee.killApi();
    await burgee.startApiAgain();
    await eventually(async () => (await revisionServed(burgee.url, tenant.serverKey)) === newest, {
      timeoutMs: WITHIN_MS,
    }).catch(() => {
      nodesBehind += 1;
    });
    await pause(500);
    log(
      `${time} of ${times}: an older copy by ${CHANGES_BETWEEN + 1} revisions, and a node that starts with it`,
    );
  }
  const last = await flip();
  await eventually(areAt(last), { timeoutMs: 60_000 }).catch(() => undefined);

  return {
    verdicts: [
      atLeast("older copies put in place", putBack, times, "copies"),
      ...checkObserved(history.read<ObservedEvent>(), {
        initial: [TOGGLE],
        connected: (client) => client.startsWith("sdk-"),
        // A node that is killed leaves its SDKs to come back by themselves.
        withinMs: 60_000,
      }),
      never("nodes that began with an older copy and were not up to date within 5 s", nodesBehind, {
        n: times,
        what: "nodes",
      }),
    ],
    figures: [{ name: "older by", value: `${count(CHANGES_BETWEEN + 1)} revisions, ${times} times` }],
  };
}

/** The keys of an environment's copy and its head, once the head is of this revision. */
async function copiesAt(redis: OwnRedis, revision: number): Promise<readonly string[]> {
  const keys = [...(await redis.command(["KEYS", "burgee:*"])).matchAll(/burgee:\S+/g)].map(([key]) => key);
  const heads = keys.filter((key) => key.endsWith(":head"));
  const head = await firstOf(heads, async (key) =>
    (await redis.command(["GET", key])).includes(`.${revision}\r\n`),
  );
  if (head === undefined) throw new Error(`Redis has no copy of revision ${revision}.`);
  return [head, head.replace(/:head$/, ":ruleset")];
}

async function firstOf<T>(
  from: readonly T[],
  isWanted: (one: T) => Promise<boolean>,
): Promise<T | undefined> {
  for (const one of from) if (await isWanted(one)) return one;
  return undefined;
}

async function believe(redis: OwnRedis, history: RunOptions["history"]): Promise<void> {
  const [key = ""] = (await redis.command(["KEYS", "burgee:*:head"])).match(/burgee:\S+/) ?? [];
  const revision = Number(/\.(\d+)\r\n/.exec(await redis.command(["GET", key]))?.[1]);
  history.record({ type: "applied", client: "believer", revision } satisfies ObservedEvent);
}

async function revisionServed(url: string, sdkKey: string): Promise<number> {
  const answer = await fetch(`${url}/v1/ruleset`, { headers: { "x-api-key": sdkKey } });
  return Number(/\.(\d+)"$/.exec(answer.headers.get("etag") ?? "")?.[1]);
}
