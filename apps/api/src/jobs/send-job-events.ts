import type { ServerResponse } from "node:http";
import { hasEnded, type JobView } from "@burgee/core";
import type { Watch } from "./job-watches.ts";

const HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
const HEARTBEAT_MS = 15_000;
/** Who takes nothing for so long is cut. */
const STALLED_MS = 10_000;

/** Sends a job's events until it has ended: `progress`, and at last `ended`. */
export async function sendJobEvents(
  response: ServerResponse,
  { views }: Watch,
  left: AbortController,
): Promise<void> {
  // A line that breaks is a line that closes; there is nobody to tell.
  response.on("error", () => undefined);
  response.writeHead(200, HEADERS).write(": connected\n\n");
  const heartbeat = setInterval(() => response.write(": heartbeat\n\n"), HEARTBEAT_MS).unref();
  try {
    for await (const view of views()) {
      if (!response.write(eventOf(view))) await drained(response, left.signal);
    }
  } catch {
    // Not watched here any more: whoever wants to know how it goes on comes back.
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

function eventOf(view: JobView): string {
  const type = hasEnded(view) ? "ended" : "progress";
  return `id: ${view.version}\nevent: ${type}\ndata: ${JSON.stringify(view)}\n\n`;
}

function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => response.destroy(), STALLED_MS);
    const goOn = () => {
      clearTimeout(patience);
      resolve();
    };
    response.once("drain", goOn);
    signal.addEventListener("abort", goOn, { once: true });
  });
}
