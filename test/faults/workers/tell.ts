import { writeSync } from "node:fs";
import type { Told } from "./life.ts";

/** At once: whoever tells it may be gone the next moment. */
export function tell(told: Told): void {
  writeSync(1, `${JSON.stringify(told)}\n`);
}
