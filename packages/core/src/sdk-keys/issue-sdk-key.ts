import type { SdkKey } from "@burgee/db";
import { z } from "zod";
import { actorOf, type Caller, demand } from "../access/caller.ts";
import { environmentScope, findEnvironment } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { displayName } from "../names.ts";
import { displayOf, hashKey, makeKey } from "./key-format.ts";

export const issueSdkKeyInput = z.strictObject({
  ...environmentScope,
  /** `srv` reads one environment's ruleset; `pat` acts as the person who asks for it. */
  kind: z.enum(["srv", "pat"]),
  name: displayName,
  expiresAt: z.iso.datetime().optional(),
});

export interface SdkKeyView {
  readonly id: string;
  readonly kind: SdkKey["kind"];
  readonly display: string;
  readonly name: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

/** Makes a key. Its text is in this answer only: what is kept is a hash. */
export async function issueSdkKey(
  caller: Caller,
  input: z.infer<typeof issueSdkKeyInput>,
): Promise<SdkKeyView & { readonly key: string }> {
  const { db, person } = caller;
  demand(person, input.kind === "pat" ? "toggle.read" : "sdk_key.write");
  const key = makeKey(input.kind);

  const issued = await db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await findEnvironment(writers, person, input);
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
