type Listener<Args extends readonly unknown[]> = (...args: Args) => unknown;
type ListenerSets<Events extends Record<string, readonly unknown[]>> = {
  [Name in keyof Events]: Set<Listener<Events[Name]>>;
};

/**
 * Hands events to listeners, in the order in which they subscribed.
 * A listener that throws, or whose promise rejects, is reported and keeps nobody else from hearing.
 */
export class Emitter<Events extends Record<string, readonly unknown[]>> {
  readonly #listeners: ListenerSets<Events>;
  readonly #onFailure: (event: keyof Events, cause: unknown) => void;

  constructor(listeners: ListenerSets<Events>, onFailure: (event: keyof Events, cause: unknown) => void) {
    this.#listeners = listeners;
    this.#onFailure = onFailure;
  }

  /** What keeps an untyped program's `listener` from hearing `event`. */
  problemWith(event: unknown, listener: unknown): string | undefined {
    const events = Object.keys(this.#listeners);
    if (typeof event !== "string" || !events.includes(event)) {
      const named = typeof event === "string" ? JSON.stringify(event) : `a ${typeof event}`;
      return `There is no event ${named}; there are ${events.join(", ")}.`;
    }
    return typeof listener === "function" ? undefined : `The listener of "${event}" is no function.`;
  }

  /** Subscribes; what it returns unsubscribes, and may be called twice. */
  on<Name extends keyof Events>(event: Name, listener: Listener<Events[Name]>): () => void {
    // A listener of its own, so that one function may subscribe twice and leave once.
    const own: Listener<Events[Name]> = (...args) => listener(...args);
    this.#listeners[event].add(own);
    return () => void this.#listeners[event].delete(own);
  }

  /** Lets go of everyone who listens to `event`, in the middle of telling it too. */
  leave(event: keyof Events): void {
    this.#listeners[event].clear();
  }

  emit<Name extends keyof Events>(event: Name, ...args: Events[Name]): void {
    for (const listener of [...this.#listeners[event]]) {
      if (!this.#listeners[event].has(listener)) continue;
      try {
        const result = listener(...args);
        if (result instanceof Promise) result.catch((cause: unknown) => this.#onFailure(event, cause));
      } catch (cause) {
        this.#onFailure(event, cause);
      }
    }
  }
}
