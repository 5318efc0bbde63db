import type { SdkError } from "../sdk-error.ts";
import { chunksOf, MAX_RULESET_BYTES } from "./body.ts";
import { SILENT_STREAM_MS, WAITING_STREAM_MS } from "./delays.ts";
import { exchange, type StayAlive } from "./exchange.ts";
import { parsedJson } from "./parsed-json.ts";
import { refusalOf } from "./refusal.ts";
import type { ConnectionEnd } from "./retry-policy.ts";
import type { Eventual, RulesetSink, Verdict } from "./ruleset-sink.ts";
import type { Service } from "./service.ts";
import { type ServerSentEvent, type SseListener, SseParser } from "./sse-parser.ts";

export interface StreamEnd extends ConnectionEnd {
  /** What to tell the user; an orderly end has none. */
  readonly error?: SdkError;
}

export interface StreamRequest {
  /** Asks for a whole ruleset instead of what came after the held one. */
  readonly whole: boolean;
  readonly signal: AbortSignal;
  /** The stream brought a ruleset, or spoke after it was asked to go on from the held one. */
  readonly onUp: () => void;
  /** The stream brought a ruleset that was refused, and brings no other before the next change. */
  readonly onBehind: () => void;
}

/** Opens the stream once and brings what it says to `sink`, until it ends. Never rejects. */
export function followStream(
  service: Service,
  sink: RulesetSink,
  request: StreamRequest,
): Promise<StreamEnd> {
  return new StreamConnection(service, sink, request).run();
}

class StreamConnection implements SseListener {
  readonly #service: Service;
  readonly #sink: RulesetSink;
  readonly #request: StreamRequest;
  readonly #parser = new SseParser(this, MAX_RULESET_BYTES);
  /** The server was told what is held: its first word says that this is the newest, or else brings what is newer. */
  #resumes = false;
  #upAt: number | undefined;
  #askedMs: number | undefined;
  #ended: "goodbye" | "resync" | undefined;
  #seal: string | undefined;
  /** What a chunk said and nobody has taken yet. */
  #events: ServerSentEvent[] = [];

  constructor(service: Service, sink: RulesetSink, request: StreamRequest) {
    this.#service = service;
    this.#sink = sink;
    this.#request = request;
  }

  async run(): Promise<StreamEnd> {
    const held = this.#request.whole ? undefined : this.#sink.heldVersion();
    const headers = { accept: "text/event-stream", ...(held === undefined ? {} : { "last-event-id": held }) };
    const path = this.#sink.takesNoPatches ? "/v1/stream?patches=none" : "/v1/stream";
    const request = { path, headers, signal: this.#request.signal };
    const read = (response: Response, stayAlive: StayAlive) => this.#read(response, stayAlive);
    this.#resumes = held !== undefined;
    const exchanged = await exchange(this.#service, request, read);
    if (exchanged.ok) return this.#end(this.#ended ?? (this.#upAt === undefined ? "lost" : "ended"));

    const { error } = exchanged;
    return { ...this.#end(error.code === "unauthorized" ? "unauthorized" : "lost"), error };
  }

  event(event: ServerSentEvent): void {
    this.#events.push(event);
  }

  retry(ms: number): void {
    this.#askedMs = ms;
  }

  /** One after the other, also where one has to wait: a patch is of use only after what came before it. */
  async #bringEvents(stayAlive: StayAlive): Promise<void> {
    const events = this.#events;
    this.#events = [];
    for (const event of events) {
      if (this.#ended || this.#request.signal.aborted) return; // a listener may have closed the client
      await this.#bring(event, stayAlive);
    }
  }

  async #bring(event: ServerSentEvent, stayAlive: StayAlive): Promise<void> {
    switch (event.type) {
      case "put":
        if ((await settled(this.#put(event.data), stayAlive)) === "taken") this.#up();
        else this.#request.onBehind();
        return;
      case "seal":
        this.#seal = event.data;
        return;
      case "patch":
        this.#seal = undefined;
        // A patch that could not be applied leaves a hole that no later patch fills.
        if ((await settled(this.#sink.patch(parsedJson(event.data)), stayAlive)) === "taken") this.#up();
        else this.#ended = "resync";
        return;
      case "goodbye":
        this.#askedMs = retryMsOf(event.data) ?? this.#askedMs;
        this.#ended = "goodbye";
        return;
      default:
        return; // a newer server may say what this build does not know
    }
  }

  /** The seal that came last is of what comes next, and of nothing after it. */
  #put(text: string): Eventual<Verdict> {
    const sent = { text, seal: this.#seal };
    this.#seal = undefined;
    return this.#sink.put(parsedJson(text), "stream", sent);
  }

  async #read(response: Response, stayAlive: StayAlive): Promise<void> {
    const isStream = /^text\/event-stream\s*(;|$)/i.test(response.headers.get("content-type") ?? "");
    if (response.status !== 200 || !isStream) {
      const refusal = await refusalOf(response, stayAlive);
      this.#askedMs = refusal.askedMs;
      throw refusal.error;
    }
    stayAlive(SILENT_STREAM_MS);
    for await (const chunk of chunksOf(response)) {
      stayAlive(SILENT_STREAM_MS);
      if (this.#resumes && this.#upAt === undefined) this.#up();
      try {
        this.#parser.push(chunk);
      } finally {
        await this.#bringEvents(stayAlive);
      }
      if (this.#ended || this.#request.signal.aborted) return;
      if (this.#upAt !== undefined) this.#sink.heard("stream");
    }
  }

  #up(): void {
    this.#upAt ??= this.#service.ports.now();
    this.#request.onUp();
  }

  #end(cause: ConnectionEnd["cause"]): StreamEnd {
    const lastedMs = this.#upAt === undefined ? 0 : this.#service.ports.now() - this.#upAt;
    return { cause, lastedMs, askedMs: this.#askedMs };
  }
}

/** Nothing is read while a ruleset waits for what it needs, and so nothing is heard. */
async function settled(verdict: Eventual<Verdict>, stayAlive: StayAlive): Promise<Verdict> {
  if (!(verdict instanceof Promise)) return verdict;
  stayAlive(WAITING_STREAM_MS);
  const later = await verdict;
  stayAlive(SILENT_STREAM_MS);
  return later;
}

function retryMsOf(json: string): number | undefined {
  const goodbye = parsedJson(json);
  if (typeof goodbye !== "object" || goodbye === null || !("retryMs" in goodbye)) return undefined;
  const { retryMs } = goodbye;
  return typeof retryMs === "number" && retryMs >= 0 ? retryMs : undefined;
}
