import type { SdkKey, Writers } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterSdkKey } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { sdkKeyId } from "../ids.ts";
import { demandRoom } from "./demand-room.ts";
import { enterOwnSdkKey } from "./enter-own-sdk-key.ts";
import { displayOf, hashKey, makeKey } from "./key-format.ts";
import { auditedSdkKey, type IssuedSdkKey, sdkKeyView } from "./sdk-key-view.ts";

export const rotateSdkKeyInput = z.strictObject({
  id: sdkKeyId,
  /** Until when the old key works beside the new one; left out, for a day. It never lives longer than it would have. */
  oldUntil: z.iso.datetime().optional(),
  /** The new key's end; left out, it lasts as long as the old one was meant to. */
  expiresAt: z.iso.datetime().optional(),
});
type Input = z.output<typeof rotateSdkKeyInput>;

const DAY_MS = 24 * 60 * 60 * 1000;
const OVERLAP_MS = DAY_MS;
const LONGEST_OVERLAP_DAYS = 30;

/**
 * Puts a new key of the same scope in the place of a server's or a client's key.
 * @throws {AppError} "sdk_key_not_found", "sdk_key_ended", "sdk_key_replaced", "invalid_input", "limit_reached", "quota_exceeded"; "forbidden"
 *   for a personal key, which only its person may have
 */
export function rotateSdkKey(caller: Caller, input: Input): Promise<IssuedSdkKey> {
  return rotate(caller, input, async (writers) => {
    const key = await enterSdkKey(writers, caller.person, "sdk_key.write", input);
    if (key.kind !== "pat") return key;
    throw new AppError(
      "forbidden",
      "A personal key is rotated by its person, who alone may have the new one.",
    );
  });
}

/** The same of the person's own key, whatever their role. */
export function rotateOwnSdkKey(caller: Caller, input: Input): Promise<IssuedSdkKey> {
  return rotate(caller, input, (writers) => enterOwnSdkKey(writers, caller.person, input));
}

async function rotate(
  caller: Caller,
  input: Input,
  enter: (writers: Writers) => Promise<SdkKey>,
): Promise<IssuedSdkKey> {
  const { db, person } = caller;
  const issued = await db.transact(person.tenantId, async (writers) => {
    await writers.quotas.lock();
    const now = await writers.sdkKeys.lock(input.id);
    const old = await enter(writers);
    demandReplaceable(old, now ?? old.createdAt);
    const [oldEnd, newEnd] = endsOf(old, now ?? old.createdAt, input);
    await demandRoom(writers, old.userId ?? undefined);

    const text = makeKey(old.kind);
    const { name, kind, projectId, environmentId, userId, origins, reach } = old;
    const scope = { name, kind, projectId, environmentId, userId, origins, reach };
    const made = { ...scope, hash: hashKey(text), display: displayOf(text), expiresAt: newEnd };
    const sdkKey = await writers.sdkKeys.create({ ...made, replaces: old.sdkKeyId }, actorOf(person));
    const signing = await writers.signingKeys.listValid();
    await writers.sdkKeys.setEnd(old.sdkKeyId, oldEnd);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "sdk_key.rotated",
      object: `sdk-key/${old.sdkKeyId}`,
      environmentId: old.environmentId,
      requestId: caller.requestId,
      before: { expiresAt: old.expiresAt?.toISOString() ?? null },
      after: {
        expiresAt: oldEnd.toISOString(),
        replacedBy: { id: sdkKey.sdkKeyId, ...auditedSdkKey(sdkKey) },
      },
    });
    return { ...sdkKeyView(sdkKey, signing), key: text };
  });
  caller.announceKey({ tenantId: person.tenantId, sdkKeyId: input.id });
  return issued;
}

function demandReplaceable({ revokedAt, expiresAt, replacedBy }: SdkKey, now: Date): void {
  if (revokedAt || (expiresAt && expiresAt <= now)) {
    throw new AppError("sdk_key_ended", "This key has ended; issue a new one.");
  }
  if (!replacedBy) return;
  throw new AppError("sdk_key_replaced", "This key has a successor already; rotate that one.", {
    details: { replacedBy },
  });
}

function endsOf(old: SdkKey, now: Date, { oldUntil, expiresAt }: Input): readonly [Date, Date | null] {
  const until = oldUntil ? new Date(oldUntil) : after(now, OVERLAP_MS);
  if (until <= now || until > after(now, LONGEST_OVERLAP_DAYS * DAY_MS)) {
    const message = `Name a time from now on and at most ${LONGEST_OVERLAP_DAYS} days ahead.`;
    throw refuse([{ pointer: "/oldUntil", code: "out_of_range", message }]);
  }
  const oldEnd = old.expiresAt && old.expiresAt < until ? old.expiresAt : until;

  if (expiresAt && new Date(expiresAt) <= now) {
    throw refuse([{ pointer: "/expiresAt", code: "in_the_past", message: "Name a time in the future." }]);
  }
  if (expiresAt) return [oldEnd, new Date(expiresAt)];
  const lifetimeMs = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
  return [oldEnd, lifetimeMs === null ? null : after(now, lifetimeMs)];
}

function after(moment: Date, milliseconds: number): Date {
  return new Date(moment.getTime() + milliseconds);
}
