import type { Cancel, Matches, Ports } from "../ports.ts";
import { SdkError } from "../sdk-error.ts";

/** From a disk it takes some milliseconds; from far away, no longer than an answer may. */
const LOAD_WITHIN_MS = 10_000;

/** Loads the meaning of `matches`, once for whoever asks. What failed, or took too long, is tried when asked again. */
export class MatchesLoader {
  readonly #ports: Ports;
  #loaded: Matches | undefined;
  #loading: Promise<Matches> | undefined;
  #giveUp: (why: string) => void = () => {};

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  get loaded(): Matches | undefined {
    return this.#loaded;
  }

  /** @throws {SdkError} "matches_unavailable" */
  load(): Promise<Matches> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Ends the wait of whoever waits. */
  close(): void {
    this.#giveUp("the client was closed");
  }

  async #load(): Promise<Matches> {
    let cancel: Cancel = () => {};
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = (why) => reject(new Error(why));
      cancel = this.#ports.after(LOAD_WITHIN_MS, () =>
        this.#giveUp(`it took more than ${LOAD_WITHIN_MS / 1000} s`),
      );
    });
    try {
      this.#loaded = await Promise.race([this.#ports.loadMatches(), givenUp]);
      return this.#loaded;
    } catch (cause) {
      throw unavailable(cause);
    } finally {
      cancel();
      this.#giveUp = () => {};
      this.#loading = undefined;
    }
  }
}

function unavailable(cause: unknown): SdkError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `A ruleset calls \`matches\`, and the part of the SDK that it needs did not load: ${why}`;
  return new SdkError("matches_unavailable", message, { cause });
}
