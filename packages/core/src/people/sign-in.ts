import { createHash, randomBytes } from "node:crypto";
import type { Membership, SystemDatabase, TenantId, UserCredential, UserId } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { tenantClosed } from "../tenants/tenant-closed.ts";
import { firstAdmitting, isClosedTo, noteEntry, singleSignOnRequired } from "./admission.ts";
import { countPasswordGuess, judge, knowAddress } from "./guesses.ts";
import {
  existingPassword,
  hashPassword,
  isOutdated,
  isPassword,
  MOST_SIGNING_IN,
  tooMany,
} from "./passwords.ts";
import { recordFailedSignIn, type SignInPorts } from "./record-failed-sign-in.ts";
import { emailAddress } from "./register-user.ts";

export const signInInput = z.strictObject({ email: emailAddress, password: existingPassword });

type SignInAttempt = z.infer<typeof signInInput> & { readonly address: string | undefined };

/** Who signed in, to the first of their tenants, and by which of their credentials. */
export interface SignedIn {
  readonly userId: UserId;
  readonly tenantId: TenantId;
  readonly credentialsVersion: number;
}

/** Whose credentials were proved, and which. */
type Proved = Pick<UserCredential, "userId" | "credentialsVersion">;

/** Of an account that is new. */
export const FIRST_CREDENTIALS = 1;

/** A password was right; who has a second factor has still to show it, and until then has nothing but `pendingId`. */
export type PasswordOutcome =
  | { readonly status: "signed_in"; readonly signedIn: SignedIn }
  | { readonly status: "second_factor_needed"; readonly pendingId: string };

/** How long the second step of a sign-in may take, and how many codes may be tried. */
export const PENDING_MS = 5 * 60 * 1000;
const PENDING_GUESSES = 5;
const PENDING_ID_BYTES = 32;

let signingIn = 0;

/**
 * Lets a person in, once the audit trail of the tenant says so.
 * @param input.address where the request came from, as far as that is known
 * @throws {AppError} "unauthenticated", in the same words and after the same work whatever was wrong; "too_many_guesses";
 *   "unavailable" for whom there is no room to be hashed, before PostgreSQL is asked
 */
export async function signIn(ports: SignInPorts, input: SignInAttempt): Promise<PasswordOutcome> {
  if (signingIn >= MOST_SIGNING_IN) throw tooMany();
  signingIn += 1;
  try {
    return await attempt(ports, input);
  } finally {
    signingIn -= 1;
  }
}

async function attempt(
  ports: SignInPorts,
  { email, password, address }: SignInAttempt,
): Promise<PasswordOutcome> {
  const { system } = ports;
  const counted = await countPasswordGuess(system, { email, address });
  const user = await system.credentials.findUser(email);
  const isRight = await judge(system, counted, () => isPassword(password, user?.passwordHash));
  if (!user || !isRight) {
    if (user) recordFailedSignIn(ports, user.userId);
    throw wrongPassword();
  }

  await renewHash(system, user, password);
  return afterPassword(ports, user, { address });
}

/** @param next.tenantId where it leads; left out, to the first of the person's tenants, as it does after a second factor */
export async function afterPassword(
  ports: SignInPorts,
  user: Proved,
  { address, tenantId }: { readonly address: string | undefined; readonly tenantId?: TenantId },
): Promise<PasswordOutcome> {
  const { system } = ports;
  const factor = await system.secondFactors.find(user.userId);
  if (factor?.isConfirmed) {
    return { status: "second_factor_needed", pendingId: await beginPending(system, user) };
  }
  const shown = { secondFactor: false };
  const signedIn = await (tenantId ? toTenant(ports, user, tenantId) : toFirstTenant(ports, user, shown));
  await knowAddress(system, user.userId, address);
  return { status: "signed_in", signedIn };
}

export function wrongPassword(): AppError {
  return new AppError("unauthenticated", "This address and password don't go together.");
}

/**
 * The audit trail of the tenant tells of it.
 * @throws {AppError} "forbidden" for who belongs to none; "single_sign_on_required" where none of theirs takes this way in;
 *   "tenant_closed" where all of theirs go
 */
export async function toFirstTenant(
  ports: SignInPorts,
  user: Proved,
  shown: { readonly secondFactor: boolean },
): Promise<SignedIn> {
  const memberships = await ports.system.credentials.listMemberships(user.userId);
  if (memberships.length === 0)
    throw new AppError("forbidden", "This account belongs to no tenant; ask for an invitation.");
  return enterOneOf(ports, user, memberships, shown);
}

/** One of a person's tenants and no other. @throws {AppError} "single_sign_on_required", "tenant_closed" */
async function toTenant(ports: SignInPorts, user: Proved, tenantId: TenantId): Promise<SignedIn> {
  const memberships = await ports.system.credentials.listMemberships(user.userId);
  const named = memberships.filter((membership) => membership.tenantId === tenantId);
  return enterOneOf(ports, user, named, { secondFactor: false });
}

async function enterOneOf(
  ports: SignInPorts,
  { userId, credentialsVersion }: Proved,
  memberships: readonly Membership[],
  shown: { readonly secondFactor: boolean },
): Promise<SignedIn> {
  const stillOpen = memberships.filter((membership) => !isClosedTo(membership));
  if (stillOpen.length === 0) throw tenantClosed();
  const staying = stillOpen.filter(({ deletion }) => deletion === null);
  const found = firstAdmitting(staying, shown) ?? firstAdmitting(stillOpen, shown);
  if (!found) throw singleSignOnRequired();
  const { tenantId, deletion } = found.membership;
  const isGoing = deletion !== null;
  await noteEntry(ports, { tenantId, userId, way: found.way, isGoing, action: "sign_in.succeeded" });
  return { userId, tenantId, credentialsVersion };
}

/** What is kept of a pending sign-in's id. */
export function hashPendingId(pendingId: string): Buffer {
  return createHash("sha256").update(pendingId).digest();
}

async function beginPending(system: SystemDatabase, user: Proved): Promise<string> {
  const pendingId = randomBytes(PENDING_ID_BYTES).toString("base64url");
  await system.pendingSignIns.create(
    {
      pendingHash: hashPendingId(pendingId),
      userId: user.userId,
      credentialsVersion: user.credentialsVersion,
    },
    { guesses: PENDING_GUESSES, longestMs: PENDING_MS },
  );
  return pendingId;
}

/** Only here is the password at hand; a hash made at an earlier cost is made anew. */
async function renewHash(system: SystemDatabase, user: UserCredential, password: string): Promise<void> {
  if (!isOutdated(user.passwordHash)) return;
  try {
    await system.credentials.rehash(user.userId, user.passwordHash, await hashPassword(password));
  } catch (error) {
    // Too many wait for a hash: the next sign-in is early enough.
    if (!(error instanceof AppError)) throw error;
  }
}
