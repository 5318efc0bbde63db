/** Events that wait, at most: by their number, and by the characters of all. */
const MOST_EVENTS = 10_000;
const MOST_CHARACTERS = 8 * 1024 * 1024;

/** Events as JSON, in order. Where there is no more room, the oldest give way. */
export class EventQueue {
  #events: string[] = [];
  #characters = 0;
  #dropped = 0;

  get isEmpty(): boolean {
    return this.#events.length + this.#dropped === 0;
  }

  /** Says how many had to give way. */
  push(json: string): number {
    this.#events.push(json);
    this.#characters += json.length;
    let gone = 0;
    for (; this.#events.length - gone > MOST_EVENTS || this.#characters > MOST_CHARACTERS; gone++) {
      this.#characters -= this.#events[gone]?.length ?? 0;
    }
    this.#events.splice(0, gone);
    this.#dropped += gone;
    return gone;
  }

  /** Takes note of some that came when there was no room. */
  drop(count: number): void {
    this.#dropped += count;
  }

  /** Takes a batch's worth. */
  take(mostEvents: number, mostCharacters: number): { events: string[]; dropped: number } {
    let taken = 0;
    let characters = 0;
    for (const { length } of this.#events.slice(0, mostEvents)) {
      if (characters + length > mostCharacters) break;
      characters += length;
      taken++;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#characters -= characters;
    return { events: this.#events.splice(0, taken), dropped };
  }
}
