/** A clock of this process alone that is an hour off. Timers go on as they did: only what it says the time is changes. */
import type { Life } from "./life.ts";

const HOUR_MS = 60 * 60 * 1000;
const JUMPS_EVERY_MS = 500;

export function shiftClock(clock: NonNullable<Life["clock"]>): void {
  const right = Date.now;
  const RightDate = Date;
  let offMs = clock === "behind" ? -HOUR_MS : HOUR_MS;
  const shifted = () => right() + offMs;

  class ShiftedDate extends RightDate {
    constructor(...given: [] | ConstructorParameters<DateConstructor>) {
      if (given.length === 0) super(shifted());
      else super(...given);
    }

    static override now(): number {
      return shifted();
    }
  }
  Reflect.set(globalThis, "Date", ShiftedDate);
  if (clock === "jumping") {
    setInterval(() => {
      offMs = -offMs;
    }, JUMPS_EVERY_MS).unref();
  }
}
