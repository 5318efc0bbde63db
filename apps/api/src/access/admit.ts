import type { IncomingMessage } from "node:http";
import type { KeyChecker } from "@burgee/core";
import type { AnswerHead } from "../http/answer-head.ts";
import { goOn } from "../http/go-on.ts";
import type { RateLimits } from "../rate-limits/rate-limits.ts";
import { type Access, type AnyCredential, anyone } from "./credential.ts";
import { keyOf } from "./key-of.ts";
import { admitOrigin } from "./origins.ts";

export interface Admission {
  readonly keys: KeyChecker;
  readonly limits: RateLimits;
}

interface Arrival {
  readonly request: IncomingMessage;
  readonly address: string | undefined;
  readonly head: AnswerHead;
}

/**
 * Lets a request in by its key: within the bounds of its address, its key and its tenant, and from pages that may use it.
 * The address comes first, since looking a key up costs something too.
 * @throws {TransportError} "rate_limited" @throws {AppError} what `access` throws, and "forbidden" for a page's origin
 */
export function admit<C extends AnyCredential | undefined>(
  access: Access<C>,
  { request, address, head }: Arrival,
  { keys, limits }: Admission,
): C | Promise<C> {
  if (Object.is(access, anyone)) return access(keys, undefined);
  limits.takeAddress(address);
  return goOn(access(keys, keyOf(request)), (credential) => {
    if (credential) {
      admitOrigin(request, head, credential);
      limits.takeKey(credential, address, head);
    }
    return credential;
  });
}
