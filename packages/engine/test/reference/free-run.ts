import { Run } from "../../src/values/run.ts";

/** A run that never ends for want of units. */
export class FreeRun extends Run {
  override spend(): boolean {
    return true;
  }

  override spendText(): boolean {
    return true;
  }
}
