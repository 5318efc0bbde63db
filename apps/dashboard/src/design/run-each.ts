/** Does one thing to many, a few at a time, and tells of each what came of it. */
import { problemOf } from "../api/problem.ts";

export interface ItemResult {
  readonly item: string;
  readonly state: "waiting" | "done" | "failed";
  /** Why it was not done. */
  readonly reason?: string;
}

const AT_A_TIME = 4;

export async function runEach(
  items: readonly string[],
  work: (item: string) => Promise<unknown>,
  onChange: (results: readonly ItemResult[]) => void,
): Promise<readonly ItemResult[]> {
  let results: readonly ItemResult[] = items.map((item) => ({ item, state: "waiting" }));
  const note = (index: number, result: ItemResult) => {
    results = results.with(index, result);
    onChange(results);
  };
  onChange(results);
  const waiting = [...items.entries()];
  const workOn = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, item] = next;
      await work(item).then(
        () => note(index, { item, state: "done" }),
        (error: unknown) => note(index, { item, state: "failed", reason: problemOf(error).detail }),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, workOn));
  return results;
}
