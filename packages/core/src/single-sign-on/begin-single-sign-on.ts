import { type Connection, connectionSecretPlace, type TenantId, type UserId } from "@burgee/db";
import { z } from "zod";
import type { Ports } from "../access/caller.ts";
import { AppError } from "../errors/app-error.ts";
import { tenantId } from "../ids.ts";
import type { Keyring } from "../keyring/keyring.ts";
import { countLookUp } from "../people/guesses.ts";
import { ATTEMPT_MS, hashSecret, makeSecret, questionOf } from "./attempt.ts";
import { demandSettingUp, noConnection, type SettingUp } from "./change-connections.ts";
import { callbackPath, connectionId } from "./connection-input.ts";
import { notTested } from "./enforce-connection.ts";
import { type OpenIdProviders, type ProviderClient, ProviderRefusal } from "./openid-provider.ts";

export interface SingleSignOnPorts extends Pick<Ports, "db" | "system"> {
  readonly keyring: Keyring;
  readonly providers: OpenIdProviders;
  /** Where people reach us: the origin of every callback. */
  readonly publicOrigin: string;
}

export type FinishingPorts = SingleSignOnPorts & { readonly requestId: string };

/** A path of ours: resolved by whatever rules, it leads to no other host. */
const returnPath = z
  .string()
  .max(2048)
  .regex(/^\/(?!\/)[\w\-.~!$&'()*+,;=:@%/?#]*$/, "Give a path of ours, such as /toggles.")
  .refine((path) => !path.split(/[?#]/, 1)[0]?.includes("//"), "Give a path without empty parts.")
  .refine(
    (path) => !new URL(path, "https://burgee.invalid").pathname.startsWith("//"),
    "Give a path of ours.",
  )
  .default("/");

export const beginSingleSignOnInput = z.strictObject({ tenantId, connectionId, returnTo: returnPath });
export const testConnectionInput = z.strictObject({ connectionId, returnTo: returnPath });

/** Where the browser goes, and what it must bring along when it comes back. */
export interface BegunSingleSignOn {
  readonly url: string;
  readonly browserSecret: string;
}

/** @throws {AppError} "connection_not_found", "connection_not_tested", "too_many_guesses", "unavailable" */
export async function beginSingleSignOn(
  ports: SingleSignOnPorts,
  {
    tenantId: id,
    address,
    ...wanted
  }: z.output<typeof beginSingleSignOnInput> & { readonly address: string | undefined },
): Promise<BegunSingleSignOn> {
  await countLookUp(ports.system, address);
  const connection = await ports.db.read(id, ({ connections }) => connections.find(wanted.connectionId));
  if (!connection) throw noConnection();
  if (!connection.isTested) throw notTested();
  return begin(ports, { tenantId: id, connection, returnTo: wanted.returnTo, testerId: null });
}

/** Tries a connection out by a sign-in that makes no session. @throws what {@link beginSingleSignOn} throws, and "proof_needed" */
export async function testConnection(
  caller: SettingUp & SingleSignOnPorts,
  { connectionId: id, returnTo }: z.output<typeof testConnectionInput>,
): Promise<BegunSingleSignOn> {
  const { tenantId: own, userId } = demandSettingUp(caller);
  const connection = await caller.db.read(own, ({ connections }) => connections.find(id));
  if (!connection) throw noConnection();
  return begin(caller, { tenantId: own, connection, returnTo, testerId: userId });
}

async function begin(
  ports: SingleSignOnPorts,
  wanted: {
    readonly tenantId: TenantId;
    readonly connection: Connection;
    readonly returnTo: string;
    readonly testerId: UserId | null;
  },
): Promise<BegunSingleSignOn> {
  const { connection, tenantId: id, returnTo, testerId } = wanted;
  const state = makeSecret();
  const browserSecret = makeSecret();
  const question = questionOf(browserSecret, state, redirectUri(ports, id, connection));
  const url = await asked(ports, id, connection, question);
  const attempt = {
    stateHash: hashSecret(state),
    browserHash: hashSecret(browserSecret),
    connectionId: connection.connectionId,
    connectionVersion: connection.version,
    returnTo,
    testerId,
  };
  await ports.db.transact(id, ({ singleSignOn }) => singleSignOn.begin(attempt, ATTEMPT_MS));
  return { url: url.href, browserSecret };
}

async function asked(
  ports: SingleSignOnPorts,
  id: TenantId,
  connection: Connection,
  question: ReturnType<typeof questionOf>,
): Promise<URL> {
  try {
    return await ports.providers.ask(await clientOf(ports, id, connection), question);
  } catch (cause) {
    if (!(cause instanceof ProviderRefusal)) throw cause;
    throw new AppError("sign_in_refused", `This provider can't be used: ${cause.message}`, { cause });
  }
}

export function redirectUri(
  { publicOrigin }: Pick<SingleSignOnPorts, "publicOrigin">,
  id: TenantId,
  connection: Pick<Connection, "connectionId">,
): string {
  return `${publicOrigin}${callbackPath(id, connection.connectionId)}`;
}

export async function clientOf(
  { keyring }: Pick<SingleSignOnPorts, "keyring">,
  id: TenantId,
  connection: Connection,
): Promise<ProviderClient> {
  const { version, issuer, clientId, scopes, secretVersion, sealedSecret } = connection;
  const place = connectionSecretPlace(id, connection.connectionId, secretVersion);
  const clientSecret = await keyring.open(place, sealedSecret);
  return { connectionId: connection.connectionId, version, issuer, clientId, clientSecret, scopes };
}
