/** A provider that says whatever a test wants, signed by whatever the test wants; left alone, it is an honest one. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer } from "node:http";

export type Json = Readonly<Record<string, unknown>>;

/** How one ID token differs from an honest one. */
export interface TokenScript {
  readonly header?: Json;
  readonly claims?: Json;
  readonly signWith?: "own" | "stranger" | "nothing" | "public key as a secret" | "client secret" | "ec";
  /** In place of the whole answer of the token endpoint. */
  readonly body?: Json;
  readonly status?: number;
  readonly tamper?: (idToken: string) => string;
}

export interface ScriptedProvider {
  readonly issuer: string;
  /** How often its keys were asked for. */
  readonly keyRequests: () => number;
  /** What its description says otherwise than an honest one's. */
  describe(metadata: Json): void;
  /** What it says of people where it is asked apart from the token; undefined for a provider that has no such address. */
  userInfo(claims: Json | undefined): void;
  /** A code, and what comes for it. */
  codeFor(question: { readonly nonce: string }, script?: TokenScript): string;
  /** What came with the last request for a token. */
  readonly lastTokenRequest: () => URLSearchParams;
  /** Who showed themselves with it, as `client:secret`. */
  readonly lastClient: () => string;
  close(): Promise<void>;
}

export const CLIENT_ID = "burgee";
export const CLIENT_SECRET = "a-secret-of-the-client";

const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 });
const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });

export async function startScriptedProvider(port = 0): Promise<ScriptedProvider> {
  const codes = new Map<string, { readonly nonce: string; readonly script: TokenScript }>();
  let further: Json = {};
  let info: Json | undefined;
  let keyRequests = 0;
  let lastRequest = new URLSearchParams();
  let lastClient = "";
  const server = createServer(async (request, response) => {
    const answer = (body: unknown, status = 200) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    switch (request.url) {
      case "/.well-known/openid-configuration":
        return answer({ ...descriptionOf(issuer, info !== undefined), ...further });
      case "/keys":
        keyRequests += 1;
        return answer({
          keys: [publicJwk(own.publicKey, "own", "RS256"), publicJwk(curve.publicKey, "ec", "ES256")],
        });
      case "/me":
        return answer(info);
      default: {
        lastRequest = new URLSearchParams(await textOf(request));
        const [, shown = ""] = (request.headers.authorization ?? "").split(" ");
        lastClient = Buffer.from(shown, "base64").toString();
        const issued = codes.get(lastRequest.get("code") ?? "");
        if (!issued) return answer({ error: "invalid_grant" }, 400);
        codes.delete(lastRequest.get("code") ?? "");
        const { script, nonce } = issued;
        const honest = { access_token: "a", token_type: "Bearer", id_token: tokenOf(issuer, nonce, script) };
        return answer(script.body ?? honest, script.status);
      }
    }
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const issuer = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;

  return {
    issuer,
    keyRequests: () => keyRequests,
    describe: (metadata) => {
      further = metadata;
    },
    userInfo: (claims) => {
      info = claims;
    },
    codeFor: ({ nonce }, script = {}) => {
      const code = `code-${codes.size}-${Math.random()}`;
      codes.set(code, { nonce, script });
      return code;
    },
    lastTokenRequest: () => lastRequest,
    lastClient: () => lastClient,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve()).closeAllConnections();
      await closed.promise;
    },
  };
}

function descriptionOf(issuer: string, hasUserInfo: boolean): Json {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    ...(hasUserInfo ? { userinfo_endpoint: `${issuer}/me` } : {}),
    response_types_supported: ["code"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256", "ES256", "HS256", "PS256", "none"],
    authorization_response_iss_parameter_supported: true,
  };
}

function tokenOf(issuer: string, nonce: string, script: TokenScript): string {
  const seconds = Math.floor(Date.now() / 1000);
  const { signWith = "own", tamper = (token) => token } = script;
  const claims = {
    iss: issuer,
    sub: "ada",
    aud: CLIENT_ID,
    iat: seconds,
    exp: seconds + 300,
    nonce,
    email: "ada@acme.example",
    email_verified: true,
    name: "Ada",
    ...script.claims,
  };
  const algorithm = { own: "RS256", stranger: "RS256", ec: "ES256", nothing: "none" } as const;
  const alg = signWith in algorithm ? algorithm[signWith as keyof typeof algorithm] : "HS256";
  const header = { alg, kid: signWith === "ec" ? "ec" : "own", typ: "JWT", ...script.header };
  const signed = `${encode(header)}.${encode(claims)}`;
  return tamper(`${signed}.${signatureOf(signed, signWith)}`);
}

function signatureOf(text: string, signWith: NonNullable<TokenScript["signWith"]>): string {
  switch (signWith) {
    case "own":
      return sign("sha256", Buffer.from(text), own.privateKey).toString("base64url");
    case "stranger":
      return sign("sha256", Buffer.from(text), stranger.privateKey).toString("base64url");
    case "ec":
      return sign("sha256", Buffer.from(text), {
        key: curve.privateKey,
        dsaEncoding: "ieee-p1363",
      }).toString("base64url");
    case "nothing":
      return "";
    case "public key as a secret":
      return hmac(own.publicKey.export({ type: "spki", format: "pem" }), text);
    case "client secret":
      return hmac(CLIENT_SECRET, text);
  }
}

function hmac(secret: string | Buffer, text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64url");
}

/** The key of nobody but the hostile: fit for a header that brings its own. */
export function strangersJwk(): Json {
  return publicJwk(stranger.publicKey, "own", "RS256");
}

function publicJwk(key: KeyObject, kid: string, alg: string): Json {
  return { ...key.export({ format: "jwk" }), kid, alg, use: "sig" };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

async function textOf(request: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
