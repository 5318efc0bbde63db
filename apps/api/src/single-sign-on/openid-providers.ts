/** Providers of OpenID Connect, asked by openid-client. What is stricter here than there stands here. */
import {
  AppError,
  type OpenIdProviders,
  type ProvedClaims,
  type ProviderClient,
  type ProviderQuestion,
  ProviderRefusal,
} from "@burgee/core";
import { type Clock, type Egress, EgressError } from "@burgee/runtime";
import * as openid from "openid-client";

/** By a key that the provider alone has; nothing that is shared with us, and nothing unsigned. */
const ALGORITHMS: readonly string[] = ["RS256", "ES256", "EdDSA", "Ed25519"];
const TOLERANCE_SECONDS = 60;
/** How long a provider's own description is taken as it is. Its keys are looked at anew more often. */
const DESCRIPTION_MS = 60 * 60 * 1000;
const MOST_KEPT = 500;

interface Kept {
  readonly configuration: Promise<openid.Configuration>;
  readonly askedMs: number;
}

export function createOpenIdProviders(egress: Egress, clock: Clock): OpenIdProviders {
  const kept = new Map<string, Kept>();

  /** One configuration holds one provider's keys: it asks for an unknown one at most once a minute. */
  function configurationOf(client: ProviderClient): Promise<openid.Configuration> {
    const name = `${client.connectionId}|${client.version}`;
    const known = kept.get(name);
    if (known && clock.monotonicMs() - known.askedMs < DESCRIPTION_MS) return known.configuration;

    const configuration = discover(egress, client);
    kept.delete(name);
    kept.set(name, { configuration, askedMs: clock.monotonicMs() });
    configuration.catch(() => kept.delete(name));
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return configuration;
  }

  return {
    ask: (client, question) =>
      believing(async () => {
        const configuration = await configurationOf(client);
        const { redirectUri, state, nonce, codeVerifier } = question;
        const url = openid.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: client.scopes.join(" "),
          state,
          nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: "S256",
        });
        return egress.demandAllowed(url);
      }),

    check: (client, question, answer) =>
      believing(async () => claimsIn(await configurationOf(client), client, question, answer, clock)),
  };
}

async function discover(egress: Egress, client: ProviderClient): Promise<openid.Configuration> {
  const fetchBy: openid.CustomFetch = (url, { method, headers, body, signal }) =>
    egress.fetch(url, {
      method,
      headers,
      ...(body === null || body === undefined ? {} : { body: String(body) }),
      ...(signal ? { signal } : {}),
    });
  // Which addresses are called, and that they are https, is the egress's to say.
  const execute = [openid.allowInsecureRequests];
  const found = await openid.discovery(new URL(client.issuer), client.clientId, undefined, undefined, {
    [openid.customFetch]: fetchBy,
    execute,
  });
  const { supportsPKCE: _, ...metadata } = found.serverMetadata();
  if (metadata.issuer !== client.issuer) {
    throw new ProviderRefusal(`It names itself another issuer than ${client.issuer}.`);
  }
  const offered = metadata.id_token_signing_alg_values_supported ?? ["RS256"];
  const accepted = offered.filter((each) => ALGORITHMS.includes(each));
  if (accepted.length === 0) throw new ProviderRefusal(`It signs by none of ${ALGORITHMS.join(", ")}.`);

  const configuration = new openid.Configuration(
    { ...metadata, id_token_signing_alg_values_supported: accepted },
    client.clientId,
    { [openid.clockTolerance]: TOLERANCE_SECONDS },
    authenticationOf(client, metadata),
  );
  configuration[openid.customFetch] = fetchBy;
  openid.allowInsecureRequests(configuration);
  openid.enableNonRepudiationChecks(configuration);
  return configuration;
}

function authenticationOf(
  { clientSecret }: ProviderClient,
  { token_endpoint_auth_methods_supported: methods }: openid.ServerMetadata,
): openid.ClientAuth {
  const isBasic = methods === undefined || methods.includes("client_secret_basic");
  return isBasic ? openid.ClientSecretBasic(clientSecret) : openid.ClientSecretPost(clientSecret);
}

async function claimsIn(
  configuration: openid.Configuration,
  client: ProviderClient,
  { state, nonce, codeVerifier }: ProviderQuestion,
  answer: URL,
  clock: Clock,
): Promise<ProvedClaims> {
  const tokens = await openid.authorizationCodeGrant(configuration, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new ProviderRefusal("There is no ID token.");
  if (claims.azp !== undefined && claims.azp !== client.clientId) {
    throw new ProviderRefusal("The ID token is for another party (azp).");
  }
  if (claims.iat > clock.now().getTime() / 1000 + TOLERANCE_SECONDS) {
    throw new ProviderRefusal("The ID token is of the future (iat).");
  }
  return {
    subject: claims.sub,
    claims: { ...(await furtherClaims(configuration, tokens, claims)), ...claims },
  };
}

/** Many providers tell of a person only where they are asked apart from the token. */
async function furtherClaims(
  configuration: openid.Configuration,
  { access_token: accessToken }: openid.TokenEndpointResponse,
  claims: openid.IDToken,
): Promise<Readonly<Record<string, unknown>>> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  const further = await openid.fetchUserInfo(configuration, accessToken, claims.sub);
  // An address and whether it was verified are one statement: never half of one and half of the other.
  if (claims.email === undefined) return further;
  const { email: _, email_verified: __, ...others } = further;
  return others;
}

/** Tells a provider that is away from one that is not to be believed. */
async function believing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProviderRefusal || error instanceof AppError) throw error;
    const egressError = causesOf(error).find((each) => each instanceof EgressError);
    if (egressError?.code === "refused") throw new ProviderRefusal(egressError.message, { cause: error });
    if (egressError || isFailing(error)) {
      throw new AppError(
        "unavailable",
        "The identity provider can't be reached at the moment; try again shortly.",
        {
          cause: error,
        },
      );
    }
    throw new ProviderRefusal(reasonOf(error), { cause: error });
  }
}

/** What was wrong in particular stands one error further in. */
function reasonOf(error: unknown): string {
  const [outer, inner] = causesOf(error);
  if (inner instanceof Error) return inner.message;
  return outer instanceof Error ? outer.message : "It gave no answer to go by.";
}

function isFailing(error: unknown): boolean {
  return causesOf(error).some((each) => each instanceof Response && each.status >= 500);
}

function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let each = error; each !== undefined && causes.length < 5; ) {
    causes.push(each);
    each = each instanceof Error ? each.cause : undefined;
  }
  return causes;
}
