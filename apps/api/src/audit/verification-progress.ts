import type { Clock } from "@burgee/runtime";

export interface ProgressDeps {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly print: (line: string) => void;
}

export interface VerificationProgress {
  /** Hears how many entries were verified so far; prints it once a second at most. */
  readonly onProgress: (verified: number) => void;
  /** Of all entries since it began, for people. */
  readonly speed: (verified: number) => string;
}

const PROGRESS_EVERY_MS = 1_000;

/** @param name of what is verified, a tenant or a file */
export function beginProgress({ clock, print }: ProgressDeps, name: string): VerificationProgress {
  const startedMs = clock.monotonicMs();
  let toldMs = startedMs;
  const speed = (verified: number) => {
    const seconds = Math.max(clock.monotonicMs() - startedMs, 1) / 1_000;
    return `${inThousands(Math.round(verified / seconds))} rows/s`;
  };
  return {
    speed,
    onProgress: (verified) => {
      if (clock.monotonicMs() - toldMs < PROGRESS_EVERY_MS) return;
      toldMs = clock.monotonicMs();
      print(`  ${name}: ${inThousands(verified)} entries so far, ${speed(verified)}`);
    },
  };
}

export function inThousands(count: number): string {
  return count.toLocaleString("en");
}
