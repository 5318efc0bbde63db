import { AppError, accessOf, type KeyChecker, type Person, type Scope } from "@burgee/core";
import type { KeyCredential } from "@burgee/db";

/** A server's key: it reads one environment. */
export interface ServerCredential {
  readonly kind: "server";
  readonly scope: Scope;
  /** Its own text, to be asked about again while a stream is open. */
  readonly key: string;
}

/** A personal key: it acts as its person. */
export interface PersonCredential {
  readonly kind: "person";
  readonly scope: Scope;
  readonly person: Person;
}

export type Credential = ServerCredential | PersonCredential;

/** What a route asks for: nothing, a key of one kind, or any key. */
export type Access<C> = (keys: KeyChecker, key: string | undefined) => Promise<C>;

export const anyone: Access<undefined> = async () => undefined;

/** @throws {AppError} "unauthenticated", "unavailable" */
export const anyKey: Access<Credential> = async (keys, key) => {
  if (key !== undefined) return credentialOf(key, await keys.check(key));
  throw new AppError("unauthenticated", "Send a key: Authorization: Bearer bg_…");
};

/** @throws {AppError} "forbidden" for a server key, and what {@link anyKey} throws */
export const personalKey: Access<PersonCredential> = async (keys, key) => {
  const credential = await anyKey(keys, key);
  if (credential.kind === "person") return credential;
  throw new AppError("forbidden", "This needs a personal key (bg_pat_…); a server key reads only.", {
    details: { neededKind: "pat" },
  });
};

/** @throws {AppError} "forbidden" for a personal key, and what {@link anyKey} throws */
export const serverKey: Access<ServerCredential> = async (keys, key) => {
  const credential = await anyKey(keys, key);
  if (credential.kind === "server") return credential;
  throw new AppError(
    "forbidden",
    "This needs a server key (bg_srv_…): it names the one environment to read.",
    {
      details: { neededKind: "srv" },
    },
  );
};

function credentialOf(
  key: string,
  { tenantId, projectId, environmentId, userId, role, bindings, kind }: KeyCredential,
): Credential {
  const scope = { tenantId, environmentId };
  if (kind === "srv") return { kind: "server", scope, key };
  if (userId === null || role === null) throw new AppError("unauthenticated", "This key belongs to nobody.");
  const access = accessOf(role, bindings);
  return { kind: "person", scope, person: { tenantId, userId, access, home: { projectId, environmentId } } };
}
