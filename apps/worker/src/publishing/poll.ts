import { type PublisherPorts, publishEnvironment } from "@burgee/core";

const MOST_AT_A_TIME = 50;

export interface Poll {
  /**
   * Begins to publish every environment that has something to publish and finds a turn: what no nudge told of, or what failed a while ago.
   * Does not wait for it, so that what takes long keeps nothing from being found.
   */
  begin(): Promise<void>;
  /** What was begun has ended. */
  settled(): Promise<void>;
}

/** @param onError hears of what could not even be recorded as a failure */
export function createPoll(ports: PublisherPorts, onError: (error: unknown) => void): Poll {
  const begun = new Set<Promise<unknown>>();
  return {
    begin: async () => {
      for (const environment of await ports.system.listUnpublished(MOST_AT_A_TIME)) {
        const publishing: Promise<unknown> = publishEnvironment(ports, environment)
          .catch(onError)
          .finally(() => begun.delete(publishing));
        begun.add(publishing);
      }
    },
    settled: async () => {
      await Promise.all(begun);
    },
  };
}
