/** Passwords as argon2id hashes, with OWASP's floor of memory and passes. */
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import pLimit from "p-limit";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";

export const password = z
  .string()
  .min(12, "Use at least 12 characters.")
  .max(256, "Use at most 256 characters.");

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Each hash takes 19 MiB and a core; whoever comes when so many wait is asked to come back. */
const MOST_WAITING = 50;
const inTurn = pLimit(availableParallelism());

/** @throws {AppError} "unavailable" when too many wait */
export function hashPassword(plain: string): Promise<string> {
  return bounded(() => hash(plain, COST));
}

/** @throws {AppError} "unavailable" when too many wait */
export function isPassword(plain: string, hashed: string): Promise<boolean> {
  return bounded(() => verify(hashed, plain));
}

async function bounded<T>(work: () => Promise<T>): Promise<T> {
  if (inTurn.pendingCount >= MOST_WAITING) {
    throw new AppError("unavailable", "Too many people are signing in at this moment; try again shortly.");
  }
  return inTurn(work);
}
