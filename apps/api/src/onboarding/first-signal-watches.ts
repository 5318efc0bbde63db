/** Whoever waits for their first program to show itself. */
import { setTimeout as pause } from "node:timers/promises";
import { type Caller, type FirstSignals, type firstSignalsInput, getFirstSignals } from "@burgee/core";
import { type Logger, onceWhileItLasts } from "@burgee/runtime";
import type { z } from "zod";
import {
  noLongerWatched,
  type RecheckPerson,
  type WatchLimits,
  WatchPlaces,
} from "../watches/watch-places.ts";

const LIMITS: WatchLimits = {
  maxWatches: 500,
  maxOfTenant: 20,
  maxAgeMs: 15 * 60_000,
  recheckMs: 3_000,
  pollMs: 500,
};

export interface FirstSignalRequest {
  readonly input: z.output<typeof firstSignalsInput>;
  readonly signal: AbortSignal;
  readonly recheck: RecheckPerson;
}

export class FirstSignalWatches {
  readonly #limits: WatchLimits;
  readonly #places: WatchPlaces;
  readonly #onUnread: (error: unknown) => void;

  constructor(log: Logger, limits: Partial<WatchLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#places = new WatchPlaces(this.#limits);
    this.#onUnread = onceWhileItLasts((err) =>
      log.warn({ err }, "Who waits for a first sign could not be asked."),
    );
  }

  /** What was seen so far, and each time that more is; ends once all of it was. @throws what {@link getFirstSignals} throws */
  async open(
    caller: Pick<Caller, "db" | "person">,
    request: FirstSignalRequest,
  ): Promise<AsyncGenerator<FirstSignals, void>> {
    const first = await getFirstSignals(caller, request.input);
    this.#places.demand(caller.person.tenantId, "first signs");
    return this.#follow(caller, request, first);
  }

  close(): void {
    this.#places.close();
  }

  async *#follow(
    { db, person: asked }: Pick<Caller, "db" | "person">,
    { input, signal, recheck }: FirstSignalRequest,
    seen: FirstSignals,
  ): AsyncGenerator<FirstSignals, void> {
    const { tenantId } = asked;
    let person = asked;
    const isStill = async () => {
      const now = await recheck();
      if (now) person = now;
      return now?.tenantId === tenantId;
    };
    const place = this.#places.take(tenantId, { signal, isAllowed: isStill, onError: this.#onUnread });
    try {
      let latest = seen;
      yield latest;
      while (!isComplete(latest)) {
        await pause(this.#limits.pollMs, undefined, { signal: place.signal }).catch(() => undefined);
        if (place.signal.aborted) throw noLongerWatched();
        const next = await getFirstSignals({ db, person }, input);
        if (JSON.stringify(next) === JSON.stringify(latest)) continue;
        latest = next;
        yield latest;
      }
    } finally {
      place.leave();
    }
  }
}

function isComplete({ keySeenAt, sdk, isEvaluated }: FirstSignals): boolean {
  return keySeenAt !== null && sdk !== null && isEvaluated;
}
