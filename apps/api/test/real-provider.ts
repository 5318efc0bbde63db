/// <reference path="./oidc-provider.d.ts" />
/** oidc-provider on a port of this machine, where Ada is signed in as soon as anybody asks. */
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { CLIENT_ID, CLIENT_SECRET } from "@burgee/test-support/scripted-provider";
import Provider from "oidc-provider";

export interface RealProvider {
  readonly issuer: string;
  /** Where its users' browsers may be sent back to; read when it is first asked for anything. */
  readonly redirectUris: string[];
  /** Goes through its pages as a browser would, up to the address that it sends the browser back to. */
  visit(url: string): Promise<URL>;
  close(): Promise<void>;
}

const ADA = { email: "ada@acme.example", email_verified: true, name: "Ada Lovelace", groups: ["engineers"] };

export async function startRealProvider(algorithm: "RS256" | "ES256" | "EdDSA"): Promise<RealProvider> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const redirectUris: string[] = [];
  const configuration = () => ({
    clients: [
      {
        client_id: CLIENT_ID,
        client_secret: CLIENT_SECRET,
        redirect_uris: redirectUris,
        id_token_signed_response_alg: algorithm,
      },
    ],
    jwks: {
      keys: [{ ...keyFor(algorithm).export({ format: "jwk" }), alg: algorithm, use: "sig", kid: "k1" }],
    },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => "/interaction" },
    cookies: { keys: ["for-tests"] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, ...ADA }),
    }),
  });
  let made: Provider | undefined;
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    made ??= new Provider(issuer, configuration());
    const provider = made;
    if (request.url?.startsWith("/interaction")) return void consent(provider, request, response);
    return provider.callback()(request, response);
  });

  return {
    issuer,
    redirectUris,
    visit: (url) => visit(issuer, url),
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve()).closeAllConnections();
      await closed.promise;
    },
  };
}

async function consent(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt } = await provider.interactionDetails(request, response);
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId: "ada" } });
  }
  const grant = new provider.Grant({ accountId: "ada", clientId: CLIENT_ID });
  grant.addOIDCScope("openid email profile");
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

async function visit(issuer: string, first: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = first;
  for (let page = 0; page < 10; page++) {
    if (!url.startsWith(issuer)) return new URL(url);
    const cookie = [...cookies].map((each) => each.join("=")).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`The provider stays at ${url}: ${await response.text()}`);
    url = new URL(location, url).href;
  }
  throw new Error("The provider sends in circles.");
}

function keyFor(algorithm: "RS256" | "ES256" | "EdDSA") {
  switch (algorithm) {
    case "RS256":
      return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    case "ES256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
    case "EdDSA":
      return generateKeyPairSync("ed25519").privateKey;
  }
}
