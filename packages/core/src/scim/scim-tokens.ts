/** The tokens by which a tenant's directory comes. Their texts are told once; what is kept are hashes. */
import type { ScimToken, SessionCredential, Writers } from "@burgee/db";
import { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller, type Person } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { scimTokenId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { displayName } from "../names.ts";
import { demandProof } from "../people/prove-person.ts";
import { displayOf, hashKey, makeKey } from "../sdk-keys/key-format.ts";

export const issueScimTokenInput = z.strictObject({
  name: displayName,
  /** A year from now, left out; two years at most. */
  expiresAt: z.iso.datetime().optional(),
});
export const rotateScimTokenInput = z.strictObject({
  id: scimTokenId,
  /** Until when the old token works beside the new one; left out, for a day. It never lives longer than it would have. */
  oldUntil: z.iso.datetime().optional(),
  expiresAt: z.iso.datetime().optional(),
});
export const revokeScimTokenInput = z.strictObject({ id: scimTokenId });

export interface ScimTokenView {
  readonly id: string;
  /** Its first characters. */
  readonly display: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  /** Within five minutes. */
  readonly lastUsedAt: string | null;
  readonly replaces: string | null;
  readonly replacedBy: string | null;
}

/** A token with its text, in the one answer that has it. */
export type IssuedScimToken = ScimTokenView & { readonly token: string };

/** An owner, at their own browser. */
export interface ProvisioningOwner extends Caller {
  readonly session: SessionCredential;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_DAYS = 365;
const LONGEST_LIFE_DAYS = 2 * LIFE_DAYS;
const OVERLAP_DAYS = 1;
const LONGEST_OVERLAP_DAYS = 30;

/** @throws {AppError} "forbidden" */
export async function listScimTokens({ db, person }: Caller): Promise<readonly ScimTokenView[]> {
  demand(person, "scim.write", TENANT);
  const tokens = await db.read(person.tenantId, ({ scimTokens }) => scimTokens.list());
  return tokens.map(scimTokenView);
}

/** @throws {AppError} "forbidden", "proof_needed", "limit_reached", "invalid_input" */
export async function issueScimToken(
  caller: ProvisioningOwner,
  { name, expiresAt }: z.output<typeof issueScimTokenInput>,
): Promise<IssuedScimToken> {
  const { tenantId } = demandProvisioning(caller);
  return caller.db.transact(tenantId, async (writers) => {
    const { isRoom, now } = await room(writers);
    if (!isRoom) {
      const message = `A tenant has at most ${LIMITS.scimTokensPerTenant} SCIM tokens that work; revoke one.`;
      throw new AppError("limit_reached", message);
    }
    const end = endOf(now, expiresAt, LIFE_DAYS * DAY_MS);
    const { issued, made } = await make(writers, caller.person, { name, expiresAt: end, replaces: null });
    await note(caller, writers, "scim_token.issued", made, { after: audited(made) });
    return issued;
  });
}

/**
 * Puts a new token in the place of one, which goes on for a while.
 * @throws {AppError} "scim_token_not_found", "scim_token_ended", "forbidden", "proof_needed", "invalid_input"
 */
export async function rotateScimToken(
  caller: ProvisioningOwner,
  { id, oldUntil, expiresAt }: z.output<typeof rotateScimTokenInput>,
): Promise<IssuedScimToken> {
  const { tenantId } = demandProvisioning(caller);
  return caller.db.transact(tenantId, async (writers) => {
    const old = await writers.scimTokens.lock(id);
    if (!old) throw noToken();
    const now = await writers.scimTokens.now();
    if (old.revokedAt || old.expiresAt <= now || old.replacedBy) {
      throw new AppError("scim_token_ended", "This token has ended or has a successor; issue a new one.");
    }
    const until = oldUntil ? new Date(oldUntil) : after(now, OVERLAP_DAYS * DAY_MS);
    if (until <= now || until > after(now, LONGEST_OVERLAP_DAYS * DAY_MS)) {
      throw outOfRange("oldUntil", LONGEST_OVERLAP_DAYS);
    }
    const lifeMs = old.expiresAt.getTime() - old.createdAt.getTime();
    const end = endOf(now, expiresAt, lifeMs);
    const { issued, made } = await make(writers, caller.person, {
      name: old.name,
      expiresAt: end,
      replaces: old.scimTokenId,
    });
    const oldEnd = old.expiresAt < until ? old.expiresAt : until;
    await writers.scimTokens.setEnd(old.scimTokenId, oldEnd);
    await note(caller, writers, "scim_token.rotated", old, {
      before: { expiresAt: old.expiresAt.toISOString() },
      after: { expiresAt: oldEnd.toISOString(), replacedBy: { id: made.scimTokenId, ...audited(made) } },
    });
    return issued;
  });
}

/** Ends a token at once. One that was revoked before stays as it was. @throws {AppError} "scim_token_not_found", "forbidden", "proof_needed" */
export async function revokeScimToken(
  caller: ProvisioningOwner,
  { id }: z.output<typeof revokeScimTokenInput>,
): Promise<void> {
  const { tenantId } = demandProvisioning(caller);
  await caller.db.transact(tenantId, async (writers) => {
    const found = await writers.scimTokens.lock(id);
    if (!found) throw noToken();
    if (found.revokedAt) return;
    await writers.scimTokens.revoke(id);
    await note(caller, writers, "scim_token.revoked", found, {});
  });
}

/** @throws {AppError} "forbidden", "proof_needed" */
export function demandProvisioning({
  person,
  session,
}: Pick<ProvisioningOwner, "person" | "session">): Person {
  demand(person, "scim.write", TENANT);
  demandProof(session);
  return person;
}

/** Counted under the lock that orders changes of access. */
async function room({ members, scimTokens }: Writers) {
  await members.lockAccess();
  const isRoom = (await scimTokens.countLive()) < LIMITS.scimTokensPerTenant;
  return { isRoom, now: await scimTokens.now() };
}

async function make(
  { scimTokens }: Writers,
  person: Person,
  token: Pick<ScimToken, "name" | "expiresAt" | "replaces">,
): Promise<{ readonly issued: IssuedScimToken; readonly made: ScimToken }> {
  const text = makeKey("scim");
  const made = await scimTokens.create(
    { ...token, hash: hashKey(text), display: displayOf(text) },
    actorOf(person),
  );
  return { issued: { ...scimTokenView(made), token: text }, made };
}

function endOf(now: Date, expiresAt: string | undefined, lifeMs: number): Date {
  const end = expiresAt === undefined ? after(now, lifeMs) : new Date(expiresAt);
  if (end > now && end <= after(now, LONGEST_LIFE_DAYS * DAY_MS)) return end;
  throw outOfRange("expiresAt", LONGEST_LIFE_DAYS);
}

function note(
  { person, requestId }: Caller,
  writers: Writers,
  action: string,
  { scimTokenId: id }: ScimToken,
  states: { readonly before?: object; readonly after?: object },
): Promise<void> {
  const object = `scim-token/${id}`;
  return appendEntry(writers, person.tenantId, {
    actor: actorOf(person),
    action,
    object,
    requestId,
    ...states,
  });
}

function audited({ name, display, expiresAt }: ScimToken): object {
  return { name, display, expiresAt: expiresAt.toISOString() };
}

function scimTokenView({
  scimTokenId: id,
  createdAt,
  expiresAt,
  revokedAt,
  lastUsedAt,
  ...token
}: ScimToken) {
  return {
    id,
    ...token,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  } satisfies ScimTokenView;
}

function after(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}

function noToken(): AppError {
  return new AppError("scim_token_not_found", "There is no such SCIM token.");
}

function outOfRange(field: string, days: number): AppError {
  const message = `Name a time from now on and at most ${days} days ahead.`;
  return refuse([{ pointer: `/${field}`, code: "out_of_range", message }]);
}
