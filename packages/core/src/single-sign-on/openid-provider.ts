/** What a provider of OpenID Connect is to us. It is talked to by whoever runs the process. */
import type { ConnectionId } from "@burgee/db";

/** Who we are to a provider. */
export interface ProviderClient {
  readonly connectionId: ConnectionId;
  readonly version: number;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

/** What binds a provider's answer to one question of ours. */
export interface ProviderQuestion {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What a provider said of a person, checked to be said to us, now, and in answer to that question. */
export interface ProvedClaims {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

export interface OpenIdProviders {
  /** Where to send a browser. @throws {ProviderRefusal} @throws {AppError} "unavailable" where the provider can't be reached */
  ask(client: ProviderClient, question: ProviderQuestion): Promise<URL>;
  /** @throws {ProviderRefusal} for an answer that is not to be believed @throws {AppError} "unavailable" */
  check(client: ProviderClient, question: ProviderQuestion, answer: URL): Promise<ProvedClaims>;
}

/** A provider, or what came in its name, that is not to be believed. `message` says why, without a secret. */
export class ProviderRefusal extends Error {
  override readonly name = "ProviderRefusal";
}

export function changed(): ProviderRefusal {
  return new ProviderRefusal("The connection was changed meanwhile.");
}
