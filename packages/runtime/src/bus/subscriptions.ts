import type { Logger } from "../log/create-logger.ts";

export interface Subscription {
  readonly onMessage: (message: string) => void;
  readonly onGap: () => void;
}

/** Who hears what, in this process. A subscriber that throws is logged, and keeps nobody else from hearing. */
export class Subscriptions {
  readonly #byChannel = new Map<string, Set<Subscription>>();
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  get channels(): readonly string[] {
    return [...this.#byChannel.keys()];
  }

  has(channel: string): boolean {
    return this.#byChannel.has(channel);
  }

  add(channel: string, subscription: Subscription): void {
    const subscribers = this.#byChannel.get(channel) ?? new Set();
    this.#byChannel.set(channel, subscribers.add(subscription));
  }

  remove(channel: string, subscription: Subscription): void {
    const subscribers = this.#byChannel.get(channel);
    subscribers?.delete(subscription);
    if (subscribers?.size === 0) this.#byChannel.delete(channel);
  }

  deliver(channel: string, message: string): void {
    for (const { onMessage } of this.#byChannel.get(channel) ?? [])
      this.#guard(channel, () => onMessage(message));
  }

  reportGap(channel: string): void {
    for (const { onGap } of this.#byChannel.get(channel) ?? []) this.#guard(channel, onGap);
  }

  reportGapTo(channel: string, { onGap }: Subscription): void {
    this.#guard(channel, onGap);
  }

  #guard(channel: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#log.error({ err: error, channel }, "A subscriber of the bus failed.");
    }
  }
}
