/** A client of server-sent events that shows what came, as it came. */
import { type ClientRequest, type IncomingMessage, request } from "node:http";

export interface TestEvent {
  readonly id: string | undefined;
  /** `comment` for a line that is none. */
  readonly type: string;
  readonly data: string;
}

export interface TestStream {
  readonly response: IncomingMessage;
  readonly events: readonly TestEvent[];
  readonly isClosed: () => boolean;
  /** Takes nothing more from the line, until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Answers once the head of the answer is there. */
export function openStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  { paused = false }: { readonly paused?: boolean } = {},
): Promise<TestStream> {
  return new Promise((resolve, reject) => {
    const sent: ClientRequest = request(url, { headers, agent: false }, (response) => {
      resolve(follow(sent, response, paused));
    });
    sent.on("error", reject).end();
  });
}

function follow(sent: ClientRequest, response: IncomingMessage, paused: boolean): TestStream {
  const events: TestEvent[] = [];
  let isClosed = false;
  let chunks: string[] = [];
  const take = (chunk: string) => {
    const isWhole = `${chunks.at(-1)?.slice(-1) ?? ""}${chunk}`.includes("\n\n");
    chunks.push(chunk);
    if (!isWhole) return;
    const blocks = chunks.join("").split("\n\n");
    chunks = [blocks.pop() ?? ""];
    events.push(...blocks.map(parse));
  };
  response.setEncoding("utf8");
  response.on("error", () => undefined);
  response.on("close", () => {
    isClosed = true;
  });
  if (paused) response.pause();
  else response.on("data", take);
  return {
    response,
    events,
    isClosed: () => isClosed,
    pause: () => response.pause(),
    resume: () => {
      if (response.listenerCount("data") === 0) response.on("data", take);
      response.resume();
    },
    close: () => sent.destroy(),
  };
}

function parse(block: string): TestEvent {
  const field = (name: string) =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { id: field("id"), type: field("event") ?? "comment", data: field("data") ?? block };
}
