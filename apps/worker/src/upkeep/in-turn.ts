import type { SystemDatabase, UpkeepProgress } from "@burgee/db";

export interface Turn {
  /** Says how far the work is, and keeps the turn. False where it was lost, or the process ends: leave the work where it is. */
  readonly goOn: (progress?: UpkeepProgress) => Promise<boolean>;
}

interface TurnOptions {
  readonly name: string;
  /** From the end of one turn to the next. */
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly holdMs?: number;
}

/** Whoever shows no life for so long has lost the turn. */
const HOLD_MS = 60_000;
const AGAIN_MS = 60_000;

/**
 * Does work of the whole installation where it is due, and where no other worker is at it. Returns whether it did. The work may run twice all the
 * same: whoever is thought dead may not be.
 */
export async function inTurn(
  { system }: { readonly system: Pick<SystemDatabase, "upkeepTurns"> },
  { name, everyMs, signal, holdMs = HOLD_MS }: TurnOptions,
  work: (turn: Turn) => Promise<void>,
): Promise<boolean> {
  const turn = await system.upkeepTurns.take(name, holdMs);
  if (!turn) return false;

  let known: UpkeepProgress = { done: 0, total: null };
  const goOn: Turn["goOn"] = async (progress = known) => {
    known = progress;
    return !signal.aborted && (await system.upkeepTurns.keep(turn, holdMs, known));
  };
  try {
    await work({ goOn });
  } catch (error) {
    await system.upkeepTurns.end(turn, Math.min(everyMs, AGAIN_MS));
    throw error;
  }
  await system.upkeepTurns.end(turn, signal.aborted ? 0 : everyMs);
  return true;
}
