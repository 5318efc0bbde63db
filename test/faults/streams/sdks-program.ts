/**
 * Many programs of somebody who uses the SDK, in one process: each a client of its own, which streams, evaluates, and comes back by its
 * own rules when its stream is lost. What is planted here is what an SDK could do wrong.
 */
import dns from "node:dns";
import { machineMs } from "./fork-program.ts";
import type { SdksAsked, SdksTold } from "./sdks.ts";

/** So many times as fast goes the time by which the SDK waits; what it measures with `performance.now` stays as it is. */
const hurry = Number(process.env.HURRY ?? 1);
const planted = new Set((process.env.PLANTED ?? "").split(" "));
const waitFor = globalThis.setTimeout;
const SILENT_STREAM_MS = 45_000;
const EVALUATED_AT_ONCE = 250;
const POLLING = { mode: "poll", pollIntervalMs: 5_000 } as const;
Object.assign(globalThis, {
  setTimeout: <Args extends unknown[]>(work: (...args: Args) => void, ms = 0, ...args: Args) => {
    const isDeadMan = planted.has("no-dead-man") && ms === SILENT_STREAM_MS;
    return waitFor(isDeadMan ? () => undefined : work, ms / hurry, ...args);
  },
});
if (planted.has("no-jitter")) Math.random = () => 0.999;
let isDnsDown = false;
const lookup = dns.lookup;
Object.assign(dns, { lookup: lookupOrFail });

const { createServerClient } = await import("@burgee/sdk");

interface Sdk {
  readonly client: ReturnType<typeof createServerClient>;
  /** By revision, when it was first held. */
  readonly heardAt: Map<number, number>;
  /** When it asked for a stream, and when it was answered with one. */
  readonly asked: number[];
  readonly accepted: number[];
  /** When the service answered it with what it holds or something newer, by a stream or a poll. */
  readonly served: number[];
}

const sdks: Sdk[] = [];
const errors = new Map<string, number>();
let evaluated = 0;
let failed = 0;
const evaluating = setInterval(evaluateSome, 250);
evaluating.unref();

process.on("message", (message: SdksAsked) => {
  if (message.type === "open") void open(message);
  else if (message.type === "dns") isDnsDown = message.isDown;
  else if (message.type === "heard")
    tell({ type: "heard", at: sdks.flatMap(({ heardAt }) => heardAt.get(message.revision) ?? []) });
  else if (message.type === "state") tell({ type: "state", ...stateNow() });
  else
    tell({
      type: "streams",
      ofEach: sdks.map(({ asked, accepted, served }) => ({ asked, accepted, served })),
    });
});
process.on("disconnect", () => process.exit());

async function open({ baseUrl, key, count, perSecond }: Extract<SdksAsked, { type: "open" }>): Promise<void> {
  const startedMs = machineMs();
  for (let at = 0; at < count; at++) {
    while (((machineMs() - startedMs) * perSecond) / 1_000 < at) await new Promise((go) => waitFor(go, 5));
    const notes = { heardAt: new Map<number, number>(), asked: [], accepted: [], served: [] };
    const given = { baseUrl, sdkKey: key, logger: false, usage: false, fetch: noting(notes) } as const;
    const options = planted.has("polls-only") ? { ...given, ...POLLING } : given;
    const client = createServerClient(options);
    const sdk = { client, ...notes };
    client.on("change", ({ revision }) => sdk.heardAt.set(revision, machineMs()));
    client.on("error", ({ code }) => errors.set(code, (errors.get(code) ?? 0) + 1));
    sdks.push(sdk);
  }
}

function noting({ asked, accepted, served }: Omit<Sdk, "client" | "heardAt">): typeof fetch {
  return async (url, request) => {
    const isStream = String(url).endsWith("/v1/stream");
    if (isStream) asked.push(machineMs());
    const response = await fetch(url, request);
    if (response.ok || response.status === 304) served.push(machineMs());
    if (!isStream || response.status !== 200) return response;
    accepted.push(machineMs());
    return planted.has("no-goodbye") ? hastened(response) : response;
  };
}

/** As if the server had asked nobody to wait. */
function hastened({ body, headers }: Response): Response {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const rewrite = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform: (chunk, controller) => {
      const text = decoder.decode(chunk, { stream: true });
      controller.enqueue(encoder.encode(text.replace(/"retryMs":\d+/, '"retryMs":0')));
    },
  });
  return new Response(body?.pipeThrough(rewrite) ?? null, { headers });
}

/** Some of them in turns: thousands would leave no time for anything else. */
function evaluateSome(): void {
  for (let n = 0; n < Math.min(sdks.length, EVALUATED_AT_ONCE); n++) {
    const sdk = sdks[evaluated % sdks.length];
    if (sdk?.client.revision === undefined) return;
    evaluated += 1;
    if (sdk.client.detail("flipped", false, { userId: "ada" }).errorCode !== undefined) failed += 1;
  }
}

function stateNow() {
  const revisions = sdks.map(({ client }) => client.revision ?? 0);
  return {
    clients: sdks.length,
    lowest: Math.min(...revisions),
    statuses: Object.fromEntries(
      [...Map.groupBy(sdks, ({ client }) => client.status)].map(([status, those]) => [status, those.length]),
    ),
    errors: Object.fromEntries(errors),
    evaluated,
    failed,
    accepted: sdks.reduce((total, { accepted }) => total + accepted.length, 0),
  };
}

function lookupOrFail(...given: unknown[]): void {
  const callback = given.at(-1);
  if (isDnsDown && typeof callback === "function") {
    callback(Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" }));
    return;
  }
  const [, ...rest] = given;
  Reflect.apply(lookup, dns, ["127.0.0.1", ...rest]);
}

function tell(told: SdksTold): void {
  process.send?.(told);
}
