import type { ServerResponse } from "node:http";
import type { KeyChecker } from "@burgee/core";
import type { Request } from "express";
import type { RateLimits } from "../rate-limits/rate-limits.ts";
import { type Access, type AnyCredential, anyone } from "./credential.ts";
import { keyOf } from "./key-of.ts";
import { admitOrigin } from "./origins.ts";

export interface Admission {
  readonly keys: KeyChecker;
  readonly limits: RateLimits;
}

/**
 * Lets a request in by its key: within the bounds of its address, its key and its tenant, and from pages that may use it.
 * The address comes first, since looking a key up costs something too.
 * @throws {TransportError} "rate_limited" @throws {AppError} what `access` throws, and "forbidden" for a page's origin
 */
export async function admit<C extends AnyCredential | undefined>(
  access: Access<C>,
  { request, response }: { readonly request: Request; readonly response: ServerResponse },
  { keys, limits }: Admission,
): Promise<C> {
  if (Object.is(access, anyone)) return access(keys, undefined);
  const { ip } = request;
  await limits.takeAddress(ip);
  const credential = await access(keys, keyOf(request));
  if (credential) {
    admitOrigin(request, response, credential);
    await limits.takeKey(credential, ip, response);
  }
  return credential;
}
