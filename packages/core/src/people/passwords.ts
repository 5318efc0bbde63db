/** Passwords as argon2id hashes, with OWASP's floor of memory and passes. */
import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

export const password = z
  .string()
  .min(12, "Use at least 12 characters.")
  .max(256, "Use at most 256 characters.");

const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export function hashPassword(plain: string): Promise<string> {
  return hash(plain, COST);
}

export function isPassword(plain: string, hashed: string): Promise<boolean> {
  return verify(hashed, plain);
}
