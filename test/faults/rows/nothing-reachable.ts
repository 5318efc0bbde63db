/** A program starts with a new SDK, nothing on disk and nothing reachable: it gets its own fallbacks, and does not wait longer than it said. */
import { createServer, type Socket } from "node:net";
import { createServerClient } from "@burgee/sdk";
import { freePort } from "../../../launcher/free-port.mjs";
import type { FaultRow, RowReport, RunOptions } from "../fault-row.ts";
import { randomFrom } from "../random.ts";
import { atMost, count, never, quantile } from "../verdicts.ts";

const LATE = "the wait for the first ruleset, beyond what was asked for";
const THROWN = "calls that threw or rejected";
const WRONG = "evaluations that did not answer the fallback";
const LATER_BY_MS = 50;
const GIVEN_UP_MS = 1_000;
const AT_A_TIME = 10;
const SDK_KEY = `bg_srv_${"A".repeat(38)}`;

export const nothingReachable: FaultRow = {
  name: "nothing-reachable",
  faults: ["F10"],
  title: "new SDKs start where nothing answers: nobody listens, or nobody ever speaks",
  planted: {
    "waits-for-an-answer": { what: "a client waits at its start until its request ends", breaks: [LATE] },
    "throws-unready": { what: "a client throws while it holds nothing", breaks: [THROWN] },
  },
  run,
};

/** As much of a client as a program has at its start. */
interface Starting {
  ready(timeoutMs: number): Promise<unknown>;
  value(key: string, fallback: string): string;
  close(): unknown;
}

async function run({ short, seed, planted, log, history, closing }: RunOptions): Promise<RowReport> {
  const starts = short ? 60 : 2_000;
  const random = randomFrom(seed);
  const silent = await openSilence(closing);
  const urls = [silent, `http://127.0.0.1:${await freePort()}`];
  const beyondMs: number[] = [];
  let evaluations = 0;
  let wrong = 0;
  let thrown = 0;

  const startOnce = async (index: number) => {
    const timeoutMs = 50 + random.below(200);
    try {
      const client = open(planted, urls[index % urls.length] ?? silent);
      const ready = client.ready(timeoutMs).then(() => performance.now());
      // A timer of the same time, begun right after: what this machine makes late is late for it too.
      const bare = new Promise<number>((resolve) => setTimeout(() => resolve(performance.now()), timeoutMs));
      const beyond = Math.max(0, (await ready) - (await bare));
      beyondMs.push(beyond);
      for (let at = 0; at < 10; at++) {
        evaluations += 1;
        if (client.value(`toggle-${at}`, `fallback-${at}`) !== `fallback-${at}`) wrong += 1;
      }
      await client.close();
      history.record({ type: "started", timeoutMs, beyond: Math.round(beyond) });
    } catch (error) {
      thrown += 1;
      history.record({ type: "threw", error: String(error) });
    }
  };
  for (let from = 0; from < starts; from += AT_A_TIME) {
    const batch = Array.from({ length: Math.min(AT_A_TIME, starts - from) }, (_, index) =>
      startOnce(from + index),
    );
    await Promise.all(batch);
    if (from % 500 === 0) log(`${count(from + batch.length)} of ${count(starts)} starts`);
  }

  return {
    verdicts: [
      never(THROWN, thrown, { n: starts, what: "starts" }),
      never(WRONG, wrong, { n: evaluations, what: "evaluations" }),
      atMost(LATE, Math.max(...beyondMs), LATER_BY_MS, "ms"),
    ],
    figures: [
      {
        name: "beyond",
        value: `p50 ${count(quantile(beyondMs, 0.5))} ms, p99 ${count(quantile(beyondMs, 0.99))} ms, n = ${beyondMs.length}`,
      },
    ],
  };
}

function open(planted: ReadonlySet<string>, baseUrl: string): Starting {
  if (planted.has("waits-for-an-answer")) {
    const given = AbortSignal.timeout(GIVEN_UP_MS);
    const asked = fetch(`${baseUrl}/v1/ruleset`, { signal: given }).catch(() => undefined);
    return {
      ready: () => asked,
      value: (_, fallback) => evaluated(planted, fallback),
      close: () => undefined,
    };
  }
  const client = createServerClient({ baseUrl, sdkKey: SDK_KEY, logger: false, usage: false });
  return {
    ready: (timeoutMs) => client.ready({ timeoutMs }),
    value: (key, fallback) => evaluated(planted, client.value(key, fallback, { userId: "ada" })),
    close: () => client.close(),
  };
}

function evaluated(planted: ReadonlySet<string>, value: string): string {
  if (planted.has("throws-unready")) throw new Error("There is no ruleset yet.");
  return value;
}

/** A server that takes connections and never says a word. */
async function openSilence(closing: AsyncDisposableStack): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}
