/**
 * How often somebody may try. Counted in Postgres by its clock, before a guess is looked at, so that several processes and
 * many requests at once have one bound; while Postgres does not answer, nobody signs in.
 */
import { createHash } from "node:crypto";
import type { GuessBound, SystemDatabase, TenantId, UserId } from "@burgee/db";
import { AppError } from "../errors/app-error.ts";
import { addressGroup } from "./address-group.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** After so long without a sign-in from there, an address is a stranger's again. */
export const KNOWN_ADDRESS_MS = 90 * DAY_MS;

type Guesses = Pick<SystemDatabase, "guesses">;

/**
 * Counts a guess at a password. Strangers share an account's bound, and may use it up; who signed in from their address
 * before has one of their own, which no stranger can touch.
 * @throws {AppError} "too_many_guesses"
 */
export async function countPasswordGuess(
  { guesses }: Guesses,
  { email, address }: { readonly email: string; readonly address: string | undefined },
): Promise<readonly GuessBound[]> {
  const group = addressGroup(address);
  const isKnown = await guesses.isKnownAddress(email, hashOf("address", group));
  const pair = ["pair", group, email];
  const account = ["account", email];
  return countInTurn(guesses, [
    [bound(["address", group], 100, HOUR_MS)],
    [bound(pair, 10, 15 * MINUTE_MS), ...(isKnown ? [] : [bound(account, 20, HOUR_MS)])],
    [bound([...pair, "day"], 50, DAY_MS), ...(isKnown ? [] : [bound([...account, "day"], 100, DAY_MS)])],
  ]);
}

/** Whether a guess is right. One that is, or that could not be looked at, counts no more. */
export async function judge(
  { guesses }: Guesses,
  bounds: readonly GuessBound[],
  look: () => Promise<boolean>,
): Promise<boolean> {
  let isWrong = false;
  try {
    const isRight = await look();
    isWrong = !isRight;
    return isRight;
  } finally {
    if (!isWrong) await guesses.giveBack(bounds.map(({ bucket }) => bucket));
  }
}

/** Somebody signed in from there, in full: strangers' guesses at their account don't hold them up there any more. */
export async function knowAddress(
  { guesses }: Guesses,
  userId: UserId,
  address: string | undefined,
): Promise<void> {
  await guesses.rememberAddress(userId, hashOf("address", addressGroup(address)));
}

/**
 * Counts a guess at what a person must show beside a session or a password that they have already: at their code, or once
 * more at their password. Only who holds one of the two can use these up.
 * @throws {AppError} "too_many_guesses"
 */
export function countProof({ guesses }: Guesses, userId: UserId): Promise<readonly GuessBound[]> {
  return countInTurn(guesses, [
    [bound(["proof", userId], 10, HOUR_MS)],
    [bound(["proof", userId, "day"], 30, DAY_MS)],
  ]);
}

/** Counts a question that anybody may ask: where an address's domain signs in, and the way there. @throws {AppError} "too_many_guesses" */
export async function countLookUp({ guesses }: Guesses, address: string | undefined): Promise<void> {
  await countInTurn(guesses, [[bound(["look-up", addressGroup(address)], 300, HOUR_MS)]]);
}

/** Counts an invitation, which a tenant may have mailed to whomever it likes. @throws {AppError} "too_many_guesses" */
export async function countInvitation({ guesses }: Guesses, tenantId: TenantId): Promise<void> {
  await countInTurn(guesses, [
    [bound(["invitation", tenantId], 50, HOUR_MS)],
    [bound(["invitation", tenantId, "day"], 200, DAY_MS)],
  ]);
}

/** Counts a sign-up, which costs a tenant and tells whether an address has an account. @throws {AppError} "too_many_guesses" */
export async function countSignUp({ guesses }: Guesses, address: string | undefined): Promise<void> {
  const group = addressGroup(address);
  await countInTurn(guesses, [
    [bound(["sign-up", group], 10, HOUR_MS)],
    [bound(["sign-up", group, "day"], 30, DAY_MS)],
  ]);
}

/**
 * What one group of bounds refuses is not counted towards the next: refused tries leave nothing more behind in the table,
 * and don't use up a whole day.
 */
async function countInTurn(
  guesses: Guesses["guesses"],
  groups: readonly (readonly GuessBound[])[],
): Promise<readonly GuessBound[]> {
  for (const bounds of groups) await demandFew(guesses, bounds);
  return groups.flat();
}

async function demandFew(guesses: Guesses["guesses"], bounds: readonly GuessBound[]): Promise<void> {
  const retryAfterMs = await guesses.take(bounds);
  if (retryAfterMs === 0) return;
  const retryAfterSeconds = Math.ceil(retryAfterMs / 1000);
  throw new AppError("too_many_guesses", `Too many tries; come back in ${inWords(retryAfterSeconds)}.`, {
    details: { retryAfterSeconds },
  });
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

function bound(name: readonly string[], most: number, windowMs: number): GuessBound {
  return { bucket: hashOf(...name), most, windowMs };
}

/** Addresses and accounts are kept apart, and not in clear. */
function hashOf(...name: readonly string[]): Buffer {
  return createHash("sha256").update(JSON.stringify(name)).digest();
}
