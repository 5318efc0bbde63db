import {
  type ConnectionId,
  connectionSecretPlace,
  type NewConnection,
  newId,
  type SessionCredential,
} from "@burgee/db";
import type { z } from "zod";
import { demand, TENANT } from "../access/access.ts";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { AppError } from "../errors/app-error.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { LIMITS } from "../limits.ts";
import { demandProof } from "../people/prove-person.ts";
import {
  type ConnectionView,
  type connectionInput,
  connectionView,
  type createConnectionInput,
  type updateConnectionInput,
} from "./connection-input.ts";

/** An owner, at their own browser. */
export interface SettingUp extends Caller {
  readonly keyring: Keyring;
  readonly session: SessionCredential;
}

export async function listConnections({ db, person }: Caller): Promise<readonly ConnectionView[]> {
  demand(person, "single_sign_on.write", TENANT);
  return db.read(person.tenantId, async ({ connections }) => {
    const domains = await connections.listDomains();
    return (await connections.list()).map((each) => connectionView(person.tenantId, each, domains));
  });
}

/** Adds a provider. Nobody signs in by it before somebody tried it. @throws {AppError} "proof_needed", "limit_reached" */
export async function createConnection(
  caller: SettingUp,
  { clientSecret, ...settings }: z.output<typeof createConnectionInput>,
): Promise<ConnectionView> {
  const { tenantId } = demandSettingUp(caller);
  const connectionId = newId<ConnectionId>();
  const place = connectionSecretPlace(tenantId, connectionId, 1);
  const sealedSecret = await caller.keyring.seal(place, clientSecret);
  return caller.db.transact(tenantId, async (writers) => {
    const { connections } = writers;
    if ((await connections.list()).length >= LIMITS.connectionsPerTenant) {
      throw new AppError("limit_reached", `A tenant has at most ${LIMITS.connectionsPerTenant} connections.`);
    }
    const made = await connections.create({ ...settings, connectionId, secretVersion: 1, sealedSecret });
    const view = connectionView(tenantId, made, []);
    await note(caller, writers, "connection.created", connectionId, { after: shown(settings) });
    return view;
  });
}

/**
 * Changes a provider. It is to be tried again before anybody signs in by it, and is not enforced until then.
 * @throws {AppError} "proof_needed", "connection_not_found", "version_conflict"
 */
export async function updateConnection(
  caller: SettingUp,
  { connectionId, version, clientSecret, ...settings }: z.output<typeof updateConnectionInput>,
): Promise<ConnectionView> {
  const { tenantId } = demandSettingUp(caller);
  const seen = await caller.db.read(tenantId, ({ connections }) => connections.find(connectionId));
  if (!seen) throw noConnection();
  if (seen.version !== version) throw conflict();
  const secretVersion = clientSecret === undefined ? seen.secretVersion : seen.secretVersion + 1;
  const place = connectionSecretPlace(tenantId, connectionId, secretVersion);
  const sealed = clientSecret === undefined ? undefined : await caller.keyring.seal(place, clientSecret);

  return caller.db.transact(tenantId, async (writers) => {
    const { connections } = writers;
    const current = await connections.find(connectionId);
    if (!current) throw noConnection();
    const next: NewConnection = {
      ...settings,
      connectionId,
      secretVersion,
      sealedSecret: sealed ?? current.sealedSecret,
    };
    const saved = await connections.save(next, version);
    if (!saved) throw conflict();
    const domains = await connections.listDomains();
    await note(caller, writers, "connection.updated", connectionId, {
      before: { ...shown(current), enforced: current.isEnforced },
      after: { ...shown(settings), enforced: false, newSecret: clientSecret !== undefined },
    });
    return connectionView(tenantId, saved, domains);
  });
}

/** @throws {AppError} "proof_needed", "connection_not_found" */
export async function removeConnection(
  caller: SettingUp,
  { connectionId }: z.output<typeof connectionInput>,
): Promise<void> {
  const { tenantId } = demandSettingUp(caller);
  await caller.db.transact(tenantId, async (writers) => {
    const found = await writers.connections.find(connectionId);
    if (!found) throw noConnection();
    await writers.connections.remove(connectionId);
    await note(caller, writers, "connection.removed", connectionId, { before: shown(found) });
  });
}

/** @throws {AppError} "forbidden", "proof_needed" */
export function demandSettingUp({ person, session }: Pick<SettingUp, "person" | "session">) {
  demand(person, "single_sign_on.write", TENANT);
  demandProof(session);
  return person;
}

export function noConnection(): AppError {
  return new AppError("connection_not_found", "There is no such connection here.");
}

function conflict(): AppError {
  return new AppError("version_conflict", "Somebody changed this connection meanwhile; look again.");
}

export async function note(
  { person, requestId }: Caller,
  writers: Parameters<typeof appendEntry>[0],
  action: string,
  connectionId: ConnectionId,
  states: { readonly before?: object; readonly after?: object },
): Promise<void> {
  const object = `connection/${connectionId}`;
  await appendEntry(writers, person.tenantId, {
    actor: actorOf(person),
    action,
    object,
    requestId,
    ...states,
  });
}

function shown({
  name,
  issuer,
  clientId,
  scopes,
  roleClaim,
  roles,
  defaultRole,
}: Pick<NewConnection, "name" | "issuer" | "clientId" | "scopes" | "roleClaim" | "roles" | "defaultRole">) {
  return { name, issuer, clientId, scopes, roleClaim, roles, defaultRole };
}
