import type { Clock } from "@burgee/runtime";
import { TransportError } from "../errors/api-error.ts";

/** How often the clock is looked at. */
const TICK_MS = 500;

/**
 * What arrives, if it does within the time. The connection ends with the answer: what else comes on it is of no use.
 * @throws {TransportError} "request_timeout"
 */
export function inTime<T>(arriving: Promise<T>, withinMs: number, clock: Clock): Promise<T> {
  const begunMs = clock.monotonicMs();
  return new Promise<T>((resolve, reject) => {
    const tick = setInterval(() => {
      if (clock.monotonicMs() - begunMs < withinMs) return;
      clearInterval(tick);
      const message = `Nothing of the body has arrived for ${withinMs / 1_000} s.`;
      reject(new TransportError("request_timeout", message, { headers: { connection: "close" } }));
    }, TICK_MS);
    arriving.then(resolve, reject).finally(() => clearInterval(tick));
  });
}
