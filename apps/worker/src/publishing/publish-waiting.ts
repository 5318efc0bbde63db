import { type PublisherPorts, publishEnvironment } from "@burgee/core";

const MOST_AT_A_TIME = 50;

/**
 * Publishes every environment that has something to publish: what no nudge told of, or what failed a while ago.
 * One after the other, since a nudge overtakes whatever is urgent; each claims its environment, so that workers share.
 */
export async function publishWaiting(ports: PublisherPorts): Promise<void> {
  for (const environment of await ports.system.listUnpublished(MOST_AT_A_TIME)) {
    await publishEnvironment(ports, environment);
  }
}
