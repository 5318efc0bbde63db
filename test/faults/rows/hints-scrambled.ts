/** Hints on the bus are lost, doubled and shuffled, and so are patches on a stream: nobody goes back, and everybody gets there. */
import { setTimeout as pause } from "node:timers/promises";
import { rulesetChannel } from "@burgee/core";
import { applyPatch, prepare, type Ruleset, readPatch, readRuleset } from "@burgee/engine";
import { createLogger, createRedisBus } from "@burgee/runtime";
import { createServerClient } from "@burgee/sdk";
import { eventually } from "../../support/eventually.ts";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import type { History } from "../history.ts";
import { checkObserved, LATE, type ObservedEvent, WENT_BACK, WRONG_VALUES } from "../observed.ts";
import { openHouse } from "../open-house.ts";
import { randomFrom } from "../random.ts";
import { openScramblingBus, type ScramblingBus } from "../scrambling-bus.ts";
import { scramblingFetch } from "../scrambling-fetch.ts";
import { openTrpc } from "../trpc-client.ts";
import { atLeast, count } from "../verdicts.ts";

const KEYS = Array.from({ length: 6 }, (_, index) => `toggle-${index}`);
const WITHIN_MS = 5_000;
const SCRAMBLED = "scrambled-";
/** Of one alone a short run may scramble nothing that shows. */
const NAIVE_STREAMS = 6;

export const hintsScrambled: FaultRow = {
  name: "hints-scrambled",
  faults: ["F11", "F12"],
  title: "hints are doubled, then shuffled, then lost; patches of some streams as well",
  needs: ["redis"],
  planted: {
    "no-poll": { what: "a client hears hints, and never asks whether one was lost", breaks: [LATE] },
    "applies-as-it-comes": {
      what: "a client takes the revision of whatever hint comes",
      breaks: [WENT_BACK],
    },
    "patch-without-from": {
      what: "a client applies a patch without a look at where it starts",
      breaks: [WRONG_VALUES],
    },
  },
  run,
};

async function run({ short, seed, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const { clients, streams, changes } = short
    ? { clients: 6, streams: 4, changes: 15 }
    : { clients: 50, streams: 20, changes: 400 };
  const random = randomFrom(seed);
  let line: ScramblingBus | undefined;
  const { burgee, tenant } = await openHouse(closing, {
    redis: true,
    tenants: 1,
    toggles: KEYS,
    busThrough: async (url) => {
      line = await openScramblingBus(url, random);
      return line.url;
    },
  });
  if (!line) throw new Error("There is no bus.");
  closing.adopt(line, (open) => open.close());
  const trpc = openTrpc(burgee.url, tenant.personalKey);
  let isScrambling = false;
  const follow = (name: string, request: typeof fetch) => {
    const options = { baseUrl: burgee.url, sdkKey: tenant.serverKey, fetch: request };
    const client = createServerClient({ ...options, logger: false, usage: false });
    closing.defer(() => client.close());
    client.on("change", ({ revision }) =>
      record(
        history,
        name,
        revision,
        KEYS.filter((key) => client.isEnabled(key)),
      ),
    );
    return client;
  };
  const sdks = Array.from({ length: clients }, (_, index) => follow(`sdk-${index}`, fetch));
  const behind = Array.from({ length: streams }, (_, index) =>
    follow(
      `${SCRAMBLED}${index}`,
      scramblingFetch(randomFrom(seed + index), () => isScrambling),
    ),
  );
  const first = await eventually(
    () => {
      const revision = sdks[0]?.revision;
      if (revision === undefined) throw new Error("The SDKs hear nothing.");
      return revision;
    },
    { timeoutMs: 20_000 },
  );
  await eventually(() => [...sdks, ...behind].every(({ revision }) => revision === first), {
    timeoutMs: 20_000,
  });
  // They ask once, so there has to be something to answer.
  await plant({
    planted,
    history,
    closing,
    busUrl: line.url,
    tenantId: tenant.tenantId,
    url: burgee.url,
    sdkKey: tenant.serverKey,
    fetch: scramblingFetch(randomFrom(seed), () => isScrambling),
  });
  history.record({ type: "changed", revision: first, toggle: "", enabled: false } satisfies ObservedEvent);

  const versions = new Map(KEYS.map((key) => [key, 1]));
  let revision = first;
  isScrambling = true;
  for (const how of ["doubled", "shuffled", "lost"] as const) {
    line.scramble(how);
    for (let change = 0; change < changes; change++) {
      const toggle = random.pick(KEYS);
      const version = versions.get(toggle) ?? 1;
      const input = { toggle, enabled: version % 2 === 0, expectedVersion: version };
      ({ revision } = await trpc.settings.setEnabled.mutate(input));
      history.record({ type: "changed", revision, toggle, enabled: input.enabled } satisfies ObservedEvent);
      versions.set(toggle, version + 1);
      await pause(random.below(40));
    }
    await eventually(() => sdks.every((sdk) => sdk.revision === revision), { timeoutMs: WITHIN_MS }).catch(
      () => undefined,
    );
    log(
      `hints ${how}: ${changes} changes, ${sdks.filter((sdk) => sdk.revision === revision).length} of ${clients} SDKs at the last`,
    );
  }

  const verdicts = checkObserved(history.read<ObservedEvent>(), {
    initial: KEYS,
    connected: (client) => !client.startsWith(SCRAMBLED),
    withinMs: WITHIN_MS,
  });
  return {
    verdicts: [atLeast("hints lost", line.lost(), changes / 5, "hints"), ...verdicts],
    figures: [
      {
        name: "changes",
        value: `${count(3 * changes)}, seen by ${clients} SDKs, and by ${streams} more behind a line that loses, doubles and swaps patches`,
      },
    ],
  };
}

function record(
  history: History,
  client: string,
  revision: number,
  enabled: readonly string[] | undefined,
): void {
  history.record({ type: "applied", client, revision, ...(enabled && { enabled }) } satisfies ObservedEvent);
}

interface Planting extends Pick<RunOptions, "planted" | "history" | "closing"> {
  readonly busUrl: string;
  readonly tenantId: Parameters<typeof rulesetChannel>[0];
  readonly url: string;
  readonly sdkKey: string;
  readonly fetch: typeof fetch;
}

async function plant({
  planted,
  history,
  closing,
  busUrl,
  tenantId,
  url,
  sdkKey,
  fetch,
}: Planting): Promise<void> {
  if (planted.has("no-poll") || planted.has("applies-as-it-comes")) {
    const log = createLogger({ level: "silent", name: "faults" });
    const bus = createRedisBus({ url: busUrl, applicationName: "faults", log });
    closing.defer(() => bus.close());
    let held = 0;
    const hear = (message: string) => {
      const { revision }: { readonly revision: number } = JSON.parse(message);
      if (planted.has("applies-as-it-comes"))
        record(history, `${SCRAMBLED}hints-as-they-come`, revision, undefined);
      if (planted.has("no-poll") && revision > held)
        record(history, "hints-without-a-poll", revision, undefined);
      held = Math.max(held, revision);
    };
    await bus.subscribe(rulesetChannel(tenantId), hear, () => undefined);
    if (planted.has("no-poll")) record(history, "hints-without-a-poll", 0, undefined);
  }
  if (!planted.has("patch-without-from")) return;
  for (let stream = 0; stream < NAIVE_STREAMS; stream++) {
    void followNaively({ history, closing, url, sdkKey, fetch, client: `${SCRAMBLED}naive-${stream}` });
  }
}

/** Each patch is taken for one that continues what is held. */
async function followNaively({
  history,
  closing,
  url,
  sdkKey,
  fetch,
  client,
}: Omit<Planting, "planted" | "busUrl" | "tenantId"> & { readonly client: string }): Promise<void> {
  const ending = new AbortController();
  closing.defer(() => ending.abort());
  const answer = await fetch(`${url}/v1/stream`, { headers: { "x-api-key": sdkKey }, signal: ending.signal });
  if (!answer.ok) throw new Error(`The stream was answered with ${answer.status}.`);
  let held: Ruleset | undefined;
  let text = "";
  try {
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const events = text.split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) {
        const before = held;
        held = takeNaively(held, event);
        if (held && held !== before) {
          const evaluator = prepare(held);
          record(
            history,
            client,
            held.revision,
            KEYS.filter((key) => evaluator.evaluate(key, {}).value === true),
          );
        }
      }
    }
  } catch (error) {
    if (!ending.signal.aborted) throw error;
  }
}

function takeNaively(held: Ruleset | undefined, event: string): Ruleset | undefined {
  const data = /^data: (.*)$/m.exec(event)?.[1];
  if (data === undefined || /^event: seal/m.test(event)) return held;
  if (/^event: put/m.test(event)) {
    const read = readRuleset(JSON.parse(data));
    return read.ok ? read.ruleset : held;
  }
  const read = readPatch(JSON.parse(data));
  if (!read.ok || !held || read.patch.to <= held.revision) return held;
  const applied = applyPatch(held, { ...read.patch, from: held.revision });
  return applied.ok ? applied.ruleset : held;
}
