/** How long after a change was answered its event fires in an SDK, and as a ratio to the change's own duration. */
import { createServerClient } from "@burgee/sdk";
import type { Installation } from "../test/support/installation.ts";
import { quantile, type Row } from "./measure.ts";

const CHANGES = 200;
const KEY = "bench-delay";

export async function benchDelay({ url, keys, trpc }: Installation): Promise<readonly Row[]> {
  const client = createServerClient({ baseUrl: url, sdkKey: keys.sdkKey, logger: false });
  const heardAt = new Map<number, number>();
  let wake: () => void = () => {};
  client.on("change", ({ revision }) => {
    heardAt.set(revision, performance.now());
    wake();
  });

  try {
    await client.ready();
    await trpc.toggles.create.mutate({ key: KEY, default: false });
    const delays: number[] = [];
    const durations: number[] = [];
    for (let version = 1; version <= CHANGES; version++) {
      const askedAt = performance.now();
      const { revision } = await trpc.settings.setEnabled.mutate({
        toggle: KEY,
        enabled: version % 2 === 0,
        expectedVersion: version,
      });
      const answeredAt = performance.now();
      while (!heardAt.has(revision)) await new Promise<void>((resolve) => (wake = resolve));
      durations.push(answeredAt - askedAt);
      // An SDK may hear of a change before its answer arrives; that is no time at all.
      delays.push(Math.max(0, (heardAt.get(revision) ?? 0) - answeredAt));
    }
    return [0.5, 0.99].map((share) => {
      const delay = quantile(delays, share);
      return {
        name: `p${share * 100}`,
        value: `${(delay / quantile(durations, share)).toFixed(2)} x`,
        note: `the change's own duration at that quantile; ${delay.toFixed(1)} ms`,
      };
    });
  } finally {
    await client.close();
  }
}
