/** Passwords as argon2id hashes, with OWASP's floor of memory and passes. */
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import pLimit from "p-limit";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { HashingProcess } from "./hashing-process.ts";
import type { HashingTask } from "./hashing-program.ts";

const LONGEST = 256;

/** One that is being made. */
export const newPassword = z
  .string()
  .min(12, "Use at least 12 characters.")
  .max(LONGEST, `Use at most ${LONGEST} characters.`);

/** One that exists: not held to today's rules for new ones, which may be stricter than when it was made. */
export const existingPassword = z.string().min(1).max(LONGEST);

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const FORM = `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}$`;
/** Whoever has no account is checked against it, at the same cost as who has one. */
const NOBODYS = hashOfNothing();
/** Each hash takes 19 MiB and a core; whoever comes when so many wait is asked to come back. */
const MOST_WAITING = 50;
/** A core stays with what else is answered. */
const AT_ONCE = Math.max(1, availableParallelism() - 1);
const inTurn = pLimit(AT_ONCE);
/** As many as may be hashed or wait for it. */
export const MOST_SIGNING_IN = AT_ONCE + MOST_WAITING;
const hashing = new HashingProcess();

/** @throws {AppError} "unavailable" when too many wait, or nobody hashes at the moment */
export async function hashPassword(plain: string): Promise<string> {
  return String(await bounded({ kind: "hash", plain: written(plain), cost: COST }));
}

/**
 * Of no password, for who comes in by a provider alone. Nobody waits for it: a directory takes in thousands, and must not hold up
 * those who sign in.
 */
export function hashOfNothing(): string {
  return `${FORM}${base64Of(16)}$${base64Of(32)}`;
}

/**
 * @param hashed undefined for who has no account: nothing matches, after the same work
 * @throws {AppError} "unavailable" when too many wait, or nobody hashes at the moment
 */
export async function isPassword(plain: string, hashed: string | undefined): Promise<boolean> {
  return (await bounded({ kind: "verify", plain: written(plain), hashed: hashed ?? NOBODYS })) === true;
}

/** Whether it was made at another cost than hashes are made today. */
export function isOutdated(hashed: string): boolean {
  return !hashed.startsWith(FORM);
}

/** Keyboards write the same letter in several ways. */
function written(plain: string): string {
  return plain.normalize("NFKC");
}

async function bounded(task: HashingTask): Promise<string | boolean> {
  if (inTurn.pendingCount >= MOST_WAITING) throw tooMany();
  return inTurn(() => hashing.ask(task));
}

export function tooMany(): AppError {
  return new AppError("unavailable", "Too many people are signing in at this moment; try again shortly.");
}

function base64Of(bytes: number): string {
  return randomBytes(bytes).toString("base64").replaceAll("=", "");
}
