import type { Cancel, Ports } from "../ports.ts";
import { SdkError, type SdkErrorCode } from "../sdk-error.ts";

/** From a disk it takes some milliseconds; from far away, no longer than an answer may. */
const LOAD_WITHIN_MS = 10_000;

/** Loads one part of the SDK, once for whoever asks. What failed, or took too long, is tried when asked again. */
export class PartLoader<Part> {
  readonly #ports: Ports;
  readonly #import: () => Promise<Part>;
  readonly #code: SdkErrorCode;
  readonly #neededBy: string;
  #loaded: Part | undefined;
  #loading: Promise<Part> | undefined;
  #giveUp: (why: string) => void = () => {};

  /** `code` is what is told where it does not load. */
  constructor(ports: Ports, load: () => Promise<Part>, code: SdkErrorCode, neededBy: string) {
    this.#ports = ports;
    this.#import = load;
    this.#code = code;
    this.#neededBy = neededBy;
  }

  get loaded(): Part | undefined {
    return this.#loaded;
  }

  /** @throws {SdkError} of the code that it was made with */
  load(): Promise<Part> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Ends the wait of whoever waits. */
  close(): void {
    this.#giveUp("the client was closed");
  }

  async #load(): Promise<Part> {
    let cancel: Cancel = () => {};
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = (why) => reject(new Error(why));
      cancel = this.#ports.after(LOAD_WITHIN_MS, () =>
        this.#giveUp(`it took more than ${LOAD_WITHIN_MS / 1000} s`),
      );
    });
    try {
      this.#loaded ??= await Promise.race([this.#import(), givenUp]);
      return this.#loaded;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new SdkError(
        this.#code,
        `The part of the SDK that ${this.#neededBy} needs did not load: ${why}`,
        {
          cause,
        },
      );
    } finally {
      cancel();
      this.#giveUp = () => {};
      this.#loading = undefined;
    }
  }
}
