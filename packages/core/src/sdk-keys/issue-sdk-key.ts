import type { SdkKey } from "@burgee/db";
import { z } from "zod";
import { demand } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { SERVER_KEY_PERMISSIONS } from "../access/permissions.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import { refuse } from "../errors/invalid-input.ts";
import { LIMITS } from "../limits.ts";
import { displayName } from "../names.ts";
import { displayOf, hashKey, makeKey } from "./key-format.ts";

export const issueSdkKeyInput = z.strictObject({
  ...environmentScope,
  /** `srv` reads one environment's ruleset; `pat` acts as the person who asks for it. */
  kind: z.enum(["srv", "pat"]),
  name: displayName,
  expiresAt: z.iso.datetime().optional(),
});

/** What issuing takes, by the key's kind: a personal one is for who asks, and does no more than they may. */
export const ISSUING_NEEDS = { srv: "sdk_key.write", pat: "toggle.read" } as const;

export interface SdkKeyView {
  readonly id: string;
  readonly kind: SdkKey["kind"];
  readonly display: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/**
 * Makes a key. Its text is in this answer only: what is kept is a hash.
 * @throws {AppError} "invalid_input" for an end that lies in the past, "limit_reached"
 */
export async function issueSdkKey(
  caller: Caller,
  input: z.infer<typeof issueSdkKeyInput>,
): Promise<SdkKeyView & { readonly key: string }> {
  const { db, person } = caller;
  const permission = ISSUING_NEEDS[input.kind];
  const key = makeKey(input.kind);

  const issued = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, permission, input);
    if (input.kind === "srv") {
      for (const read of SERVER_KEY_PERMISSIONS) demand(person, read, environment);
    }
    if ((await writers.sdkKeys.countLive()) >= LIMITS.sdkKeysPerTenant) throw tooMany();
    const sdkKey = await writers.sdkKeys.create(
      {
        kind: input.kind,
        hash: hashKey(key),
        display: displayOf(key),
        name: input.name,
        projectId: project.projectId,
        environmentId: environment.environmentId,
        userId: input.kind === "pat" ? person.userId : null,
        expiresAt: input.expiresAt ? new Date(input.expiresAt) : null,
      },
      actorOf(person),
    );
    if (sdkKey.expiresAt && sdkKey.expiresAt <= sdkKey.createdAt) throw expired();
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "sdk_key.issued",
      object: `sdk-key/${sdkKey.sdkKeyId}`,
      environmentId: environment.environmentId,
      requestId: caller.requestId,
      after: { kind: sdkKey.kind, name: sdkKey.name, display: sdkKey.display },
    });
    return sdkKey;
  });
  return { ...sdkKeyView(issued), key };
}

function tooMany(): AppError {
  return new AppError(
    "limit_reached",
    `A tenant has at most ${LIMITS.sdkKeysPerTenant} keys; revoke some that nobody uses.`,
  );
}

/** Thrown inside the transaction, so that the key does not come to be. */
function expired(): AppError {
  return refuse([{ pointer: "/expiresAt", code: "in_the_past", message: "Name a time in the future." }]);
}

export function sdkKeyView(key: SdkKey): SdkKeyView {
  return {
    id: key.sdkKeyId,
    kind: key.kind,
    display: key.display,
    name: key.name,
    createdAt: key.createdAt.toISOString(),
    expiresAt: key.expiresAt?.toISOString() ?? null,
    revokedAt: key.revokedAt?.toISOString() ?? null,
  };
}
