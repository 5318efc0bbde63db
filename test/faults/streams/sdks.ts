/** Many SDKs, in processes of their own. */
import { eventually } from "../../support/eventually.ts";
import { Program } from "./fork-program.ts";

export type SdksAsked =
  | {
      readonly type: "open";
      readonly baseUrl: string;
      readonly key: string;
      readonly count: number;
      readonly perSecond: number;
    }
  | { readonly type: "dns"; readonly isDown: boolean }
  | { readonly type: "heard"; readonly revision: number }
  | { readonly type: "state" }
  | { readonly type: "streams" };

interface State {
  readonly clients: number;
  /** Of all, the revision of the one that is furthest behind; 0 for none. */
  readonly lowest: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly evaluated: number;
  readonly failed: number;
  /** Streams that began, over all. */
  readonly accepted: number;
}

export type SdksTold =
  | { readonly type: "heard"; readonly at: readonly number[] }
  | ({ readonly type: "state" } & State)
  | { readonly type: "streams"; readonly ofEach: readonly StreamTimes[] };

/** Of one SDK, by the machine's clock: when it asked for a stream, and when it was answered with one. */
interface StreamTimes {
  readonly asked: readonly number[];
  readonly accepted: readonly number[];
  /** When it was answered with what it holds or something newer, by a stream or a poll. */
  readonly served: readonly number[];
}

interface SdksWanted {
  readonly processes?: number;
  /** What the SDK is made to do wrong. */
  readonly planted?: readonly string[];
  /** So many times as fast goes the time by which the SDK waits. */
  readonly hurry?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export class Sdks {
  readonly #programs: readonly Program<SdksAsked, SdksTold>[];
  #count = 0;

  constructor({ processes = 1, planted = [], hurry = 1, env = {} }: SdksWanted = {}) {
    this.#programs = Array.from(
      { length: processes },
      () => new Program("sdks-program.ts", { PLANTED: planted.join(" "), HURRY: String(hurry), ...env }),
    );
  }

  /** Resolves when each holds a ruleset. */
  async open(
    baseUrl: string,
    key: string,
    { count, perSecond }: { readonly count: number; readonly perSecond: number },
  ): Promise<void> {
    this.#count += count;
    const each = { count: count / this.#programs.length, perSecond: perSecond / this.#programs.length };
    for (const program of this.#programs) program.tell({ type: "open", baseUrl, key, ...each });
    await eventually(
      async () => {
        const { clients, lowest } = await this.state();
        return clients === this.#count && lowest > 0;
      },
      { timeoutMs: 30_000 + (count / perSecond) * 8_000, intervalMs: 200 },
    );
  }

  async state(): Promise<State> {
    const states = await Promise.all(
      this.#programs.map((program) => ask(program, { type: "state" }, "state")),
    );
    const sum = (of: (state: State) => number) => states.reduce((total, state) => total + of(state), 0);
    return {
      clients: sum(({ clients }) => clients),
      lowest: Math.min(...states.map(({ lowest }) => lowest)),
      statuses: merge(states.map(({ statuses }) => statuses)),
      errors: merge(states.map((state) => state.errors)),
      evaluated: sum(({ evaluated }) => evaluated),
      failed: sum(({ failed }) => failed),
      accepted: sum(({ accepted }) => accepted),
    };
  }

  /** When each first held that revision by an event `change`, by the machine's clock. */
  async heard(revision: number): Promise<readonly number[]> {
    const heard = await Promise.all(
      this.#programs.map((program) => ask(program, { type: "heard", revision }, "heard")),
    );
    return heard.flatMap(({ at }) => at);
  }

  /** When each SDK that did first asked for a stream since then. */
  async firstAskedSince(sinceMs: number): Promise<readonly number[]> {
    return (await this.#streams()).flatMap(({ asked }) => asked.find((at) => at >= sinceMs) ?? []);
  }

  /** When each SDK that was is answered for the first time since then. */
  async firstServedSince(sinceMs: number): Promise<readonly number[]> {
    return (await this.#streams()).flatMap(({ served }) => served.find((at) => at >= sinceMs) ?? []);
  }

  async #streams(): Promise<readonly StreamTimes[]> {
    const streams = await Promise.all(
      this.#programs.map((program) => ask(program, { type: "streams" }, "streams")),
    );
    return streams.flatMap(({ ofEach }) => ofEach);
  }

  /** Whether names can be resolved. */
  setDns(isDown: boolean): void {
    for (const program of this.#programs) program.tell({ type: "dns", isDown });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#programs.map((program) => program[Symbol.asyncDispose]()));
  }
}

function ask<Type extends SdksTold["type"]>(
  program: Program<SdksAsked, SdksTold>,
  asked: SdksAsked,
  type: Type,
): Promise<Extract<SdksTold, { type: Type }>> {
  const answer = program.next(type);
  program.tell(asked);
  return answer;
}

function merge(counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> {
  const merged: Record<string, number> = {};
  for (const each of counts)
    for (const [name, n] of Object.entries(each)) merged[name] = (merged[name] ?? 0) + n;
  return merged;
}

/** The most moments within any such time. */
export function mostWithin(moments: readonly number[], withinMs: number): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - withinMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
