import type { Connection, ConnectionDomain, ConnectionId } from "@burgee/db";
import { z } from "zod";
import { displayName, storedText, version } from "../names.ts";
import { MAPPED_ROLES } from "./mapped-role.ts";

export const connectionId = z.uuid() as unknown as z.ZodType<ConnectionId, string>;

const mappedRole = z.enum(MAPPED_ROLES);
const issuer = z
  .string()
  .max(512)
  .refine(isIssuer, "Give the issuer as the provider names it: an address without query, fragment or user.");
const claimName = z.string().regex(/^[\x21-\x7e]{1,100}$/, "Name a claim: up to 100 printable characters.");
const scope = z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, "This is no scope of OAuth.");

const settings = {
  name: displayName,
  issuer,
  clientId: z.string().regex(/^[\x21-\x7e]{1,256}$/, "Give the client id that the provider issued."),
  scopes: z
    .array(scope)
    .max(20)
    .default(["openid", "email", "profile"])
    .refine((scopes) => scopes.includes("openid"), "Without the scope openid nobody is signed in."),
  /** The claim whose values are translated to roles, e.g. `groups`. */
  roleClaim: claimName.nullable().default(null),
  /** From a value of that claim. A provider makes nobody an owner. */
  roles: z
    .record(storedText(256).min(1), mappedRole)
    .refine((roles) => Object.keys(roles).length <= 100, "Translate at most 100 values.")
    .default({}),
  defaultRole: mappedRole.nullable().default(null),
};
const clientSecret = z
  .string()
  .regex(/^[\x20-\x7e]{1,1024}$/, "Give the client secret that the provider issued.");

export const createConnectionInput = z.strictObject({ ...settings, clientSecret });
export const updateConnectionInput = z.strictObject({
  ...settings,
  connectionId,
  version,
  /** Left out, it stays. */
  clientSecret: clientSecret.optional(),
});
export const connectionInput = z.strictObject({ connectionId });

/** As its owners see it: everything but the secret. */
export interface ConnectionView {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly roleClaim: string | null;
  readonly roles: Readonly<Record<string, string>>;
  readonly defaultRole: string | null;
  readonly tested: boolean;
  readonly enforced: boolean;
  /** To be registered at the provider, to the letter. */
  readonly callbackPath: string;
  readonly domains: readonly DomainView[];
}

export interface DomainView {
  readonly domain: string;
  readonly proved: boolean;
  /** The TXT record that proves the domain. */
  readonly record: { readonly name: string; readonly value: string };
}

export function connectionView(
  tenantId: string,
  connection: Connection,
  domains: readonly ConnectionDomain[],
): ConnectionView {
  const { connectionId: id, version: current, name, issuer: url, clientId, scopes, roleClaim } = connection;
  return {
    id,
    version: current,
    name,
    issuer: url,
    clientId,
    scopes,
    roleClaim,
    roles: connection.roles,
    defaultRole: connection.defaultRole,
    tested: connection.isTested,
    enforced: connection.isEnforced,
    callbackPath: callbackPath(tenantId, id),
    domains: domains.filter((each) => each.connectionId === id).map(domainView),
  };
}

/** Each connection has its own, so that one provider's answer is never taken for another's. */
export function callbackPath(tenantId: string, id: string): string {
  return `/sso/${tenantId}/${id}/callback`;
}

export function domainView({ domain, proof, provedAt }: ConnectionDomain): DomainView {
  return {
    domain,
    proved: provedAt !== null,
    record: { name: recordName(domain), value: recordValue(proof) },
  };
}

export function recordName(domain: string): string {
  return `_burgee.${domain}`;
}

export function recordValue(proof: string): string {
  return `burgee-domain=${proof}`;
}

function isIssuer(text: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return !/[?#]/.test(text) && username === "" && password === "";
}
