import { AppError, accessOf, type KeyChecker, type Person, type Scope, withReach } from "@burgee/core";
import type { KeyCredential, LiveQuotas, ScimTokenId, SdkKeyId, TenantId } from "@burgee/db";
import { goOn } from "../http/go-on.ts";

interface ByKey {
  readonly scope: Scope;
  readonly keyId: SdkKeyId;
  /** What the operator lets its tenant have. */
  readonly quotas: LiveQuotas;
}

/** Of a stream too, which outlives the moment in which its key was checked. */
interface ByLastingKey extends ByKey {
  /** Its own text, to be asked about again. */
  readonly key: string;
}

/** A server's key: it reads one environment. */
export interface ServerCredential extends ByLastingKey {
  readonly kind: "server";
}

/** A client's key, which anybody may see: it gets one environment's values, and none of its rules. */
export interface ClientCredential extends ByLastingKey {
  readonly kind: "client";
  /** Whose pages may use it. */
  readonly origins: readonly string[];
}

/** A personal key: it acts as its person. */
export interface PersonCredential extends ByKey {
  readonly kind: "person";
  readonly person: Person;
}

/** A directory's token: it manages the people of its tenant, and does nothing else. */
export interface DirectoryCredential {
  readonly kind: "directory";
  readonly keyId: ScimTokenId;
  readonly quotas: LiveQuotas;
  readonly scope: { readonly tenantId: TenantId };
}

/** Of the keys that all routes but a directory's take. */
export type Credential = ServerCredential | ClientCredential | PersonCredential;
export type AnyCredential = Credential | DirectoryCredential;

/** What a route asks for: nothing, a key of one kind, or any key. */
export type Access<C> = (keys: KeyChecker, key: string | undefined) => C | Promise<C>;

export const anyone: Access<undefined> = () => undefined;

/** @throws {AppError} "unauthenticated", "unavailable" */
export const anyKey: Access<Credential> = (keys, key) => {
  if (key === undefined) throw new AppError("unauthenticated", "Send a key: Authorization: Bearer bg_…");
  return goOn(keys.recall(key) ?? keys.check(key), (found) => credentialOf(key, found));
};

/** @throws {AppError} "forbidden" for a server's or client's key, and what {@link anyKey} throws */
export const personalKey: Access<PersonCredential> = (keys, key) =>
  goOn(anyKey(keys, key), (credential) => {
    if (credential.kind === "person") return credential;
    throw refusal(`This needs a personal key (bg_pat_…); a ${credential.kind} key reads only.`, "pat");
  });

/** @throws {AppError} "forbidden" for every other key, and what {@link anyKey} throws */
export const serverKey: Access<ServerCredential> = (keys, key) =>
  goOn(anyKey(keys, key), (credential) => {
    if (credential.kind === "server") return credential;
    if (credential.kind === "client")
      throw refusal(`This needs a server key (bg_srv_…): ${OF_CLIENTS}`, "srv");
    throw refusal("This needs a server key (bg_srv_…): it names the one environment to read.", "srv");
  });

/** @throws {AppError} "forbidden" for every other key, and what {@link anyKey} throws */
export const clientKey: Access<ClientCredential> = (keys, key) =>
  goOn(anyKey(keys, key), (credential) => {
    if (credential.kind === "client") return credential;
    throw refusal("This is for client keys (bg_cli_…); other keys evaluate by POST /v1/evaluate.", "cli");
  });

/** @throws {AppError} "forbidden" for a personal key, and what {@link anyKey} throws */
export const streamingKey: Access<ServerCredential | ClientCredential> = (keys, key) =>
  goOn(anyKey(keys, key), (credential) => {
    if (credential.kind !== "person") return credential;
    const message =
      "This needs a server key (bg_srv_…) or a client key (bg_cli_…): it names the one environment.";
    throw refusal(message, "srv");
  });

/** @throws {AppError} "forbidden" for a client's key, and what {@link anyKey} throws */
export const trustedKey: Access<ServerCredential | PersonCredential> = (keys, key) =>
  goOn(anyKey(keys, key), (credential) => {
    if (credential.kind !== "client") return credential;
    throw refusal(`This needs a server key or a personal key: ${OF_CLIENTS}`, "srv");
  });

/** Of who asks again whose key it is: that it has ended is an answer, and no failure. */
export async function endedAsUndefined<T>(asked: T | Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && (error.code === "unauthenticated" || error.code === "forbidden")) {
      return undefined;
    }
    throw error;
  }
}

const OF_CLIENTS =
  "a client key (bg_cli_…) may be seen by anybody, so it gets values only, by POST /v1/evaluate.";

function refusal(message: string, neededKind: KeyCredential["kind"]): AppError {
  return new AppError("forbidden", message, { details: { neededKind } });
}

/** What is known of a key stays the same object until it is asked about again. */
const credentials = new WeakMap<KeyCredential, Credential>();

function credentialOf(key: string, found: KeyCredential): Credential {
  const known = credentials.get(found);
  if (known) return known;
  const credential = readCredential(key, found);
  credentials.set(found, credential);
  return credential;
}

function readCredential(key: string, found: KeyCredential): Credential {
  const { tenantId, projectId, environmentId, sdkKeyId: keyId, userId, role, bindings, kind, quotas } = found;
  const scope = { tenantId, environmentId };
  if (kind === "srv") return { kind: "server", scope, keyId, quotas, key };
  if (kind === "cli") return { kind: "client", scope, keyId, quotas, key, origins: found.origins };
  if (userId === null || role === null) throw new AppError("unauthenticated", "This key belongs to nobody.");
  const access = withReach(accessOf(role, bindings), found.reach);
  const person = { tenantId, userId, access, home: { projectId, environmentId } };
  return { kind: "person", scope, keyId, quotas, person };
}
