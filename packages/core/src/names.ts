/** How the things that people name may be called. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** A project's or environment's key. */
export const entityKey = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,63}$/,
    "Use 1 to 64 lower-case letters, digits, - or _, a letter or digit first.",
  );

/** Names that mean something else in a toggle's address. */
const RESERVED = new Set(["project", "environment", "key", "constructor", "prototype", "__proto__"]);

export const toggleKey = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    "Use 1 to 128 letters, digits, dots, - or _, a letter or digit first.",
  )
  .refine((key) => !RESERVED.has(key), "This word is reserved; choose another key.");

/** Shown to people; no control characters, so that it stays one line everywhere. */
export const displayName = z
  .string()
  .trim()
  .min(1, "Give it a name.")
  .max(LIMITS.nameLength, `Use at most ${LIMITS.nameLength} characters.`)
  .regex(/^\P{Cc}*$/u, "Leave out control characters.");
