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

/** What objects have by nature: a program that reads such a name may well find something else. */
const INHERITED = ["__proto__", "constructor", "prototype"];
/** What means something else in a query. */
const PARAMETERS = ["project", "environment", "key"];

/** A name that people give and programs look things up by. */
export function givenName(pattern: RegExp, rule: string, reserved: readonly string[] = INHERITED) {
  return z
    .string()
    .regex(pattern, rule)
    .refine((name) => !reserved.includes(name), {
      error: ({ input }) => `The name ${input} is reserved; choose another.`,
    });
}

export const toggleKey = givenName(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
  "Use 1 to 128 letters, digits, dots, - or _, a letter or digit first.",
  [...INHERITED, ...PARAMETERS],
);

export const segmentKey = givenName(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
  "Use 1 to 128 letters, digits, dots, - or _, a letter or digit first.",
);

/** Text that Postgres keeps as it is: no NUL, and no half of a surrogate pair. */
export function storedText(maxLength: number) {
  return z
    .string()
    .max(maxLength, `Use at most ${maxLength} characters.`)
    .refine((text) => text.isWellFormed() && !text.includes("\0"), "This is no valid Unicode text.");
}

/** Why somebody changes something, in their own words. */
export const changeComment = storedText(LIMITS.commentLength)
  .trim()
  .min(1, "Say why, or leave the comment out.");

/** Which version of a setting the caller has seen, or where a page ends. */
export const version = z.int().positive().max(LIMITS.version);

/** By which people group toggles. */
export const tag = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,39}$/,
    "Use 1 to 40 lower-case letters, digits, dots, - or _, a letter or digit first.",
  );

const ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u;
const ONE_LINE_RULE = "Leave out control characters and line breaks.";

/** The same as {@link displayName}, where it may be empty. */
export const optionalName = storedText(LIMITS.nameLength).trim().regex(ONE_LINE, ONE_LINE_RULE);

/** Shown to people; no control characters, so that it stays one line everywhere. */
export const displayName = storedText(LIMITS.nameLength)
  .trim()
  .regex(ONE_LINE, ONE_LINE_RULE)
  .regex(/[\p{L}\p{N}\p{P}\p{S}]/u, "Give it a name.");

const ATTRIBUTE = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const ATTRIBUTE_RULE = "Name an attribute: letters, digits and _, no digit first.";

/** Of a context. */
export const attributeName = givenName(ATTRIBUTE, ATTRIBUTE_RULE);

/** Of an attribute that a project declares, so that it can be given in a query. */
export const declaredName = givenName(ATTRIBUTE, ATTRIBUTE_RULE, [...INHERITED, ...PARAMETERS]);
