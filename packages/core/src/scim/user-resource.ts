/** People as a directory writes and reads them: RFC 7643, section 4.1. What is not named here is taken and not kept. */
import type { ScimProfile, ScimUser } from "@burgee/db";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { displayName, storedText } from "../names.ts";
import { emailAddress } from "../people/register-user.ts";
import { scimRefusal } from "./directory.ts";
import { type Folded, folded } from "./folded.ts";

export const USER_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

/** With folded names. */
export const KEPT_ATTRIBUTES = ["username", "externalid", "active", "displayname", "name", "emails"] as const;

/** Somebody as they were sent; whether they are active, where that was said. */
export interface SentUser {
  readonly profile: ScimProfile;
  readonly active: boolean | undefined;
}

/** Some directories send the word where the protocol has a yes or no. */
const flag = z.union(
  [
    z.boolean(),
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(["true", "false"]))
      .transform((word) => word === "true"),
  ],
  "active is true or false.",
);
const emails = z
  .array(
    z.object({ value: z.unknown().optional(), primary: flag.nullish() }),
    "emails is a list of { value, type, primary }.",
  )
  .max(LIMITS.scimValues, `Send at most ${LIMITS.scimValues} addresses.`);
const namePart = storedText(LIMITS.nameLength).nullish();
const sentUser = z.object({
  username: storedText(320).trim().min(1, "A userName is needed."),
  externalid: storedText(256).nullish(),
  active: flag.nullish(),
  displayname: storedText(LIMITS.nameLength).nullish(),
  name: z.object({ formatted: namePart, givenname: namePart, familyname: namePart }).nullish(),
  emails: emails.nullish(),
});

/** @throws {AppError} "invalid_input" of the type `invalidValue`, naming the attribute */
export function readUser(body: unknown): SentUser {
  const parsed = sentUser.safeParse(folded(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join(".") ?? "";
    throw scimRefusal(
      "invalidValue",
      `${where ? `At ${where}: ` : ""}${issue?.message ?? "This is no User."}`,
    );
  }
  const { username: userName, externalid, active, name, ...sent } = parsed.data;
  const email = emailOf(userName, sent.emails ?? []);
  const profile = {
    userName,
    email,
    externalId: externalid || null,
    displayName: shownName([sent.displayname, name?.formatted, [name?.givenname, name?.familyname], email]),
    givenName: name?.givenname || null,
    familyName: name?.familyname || null,
  };
  return { profile, active: active ?? undefined };
}

/** The primary address, else the first, else the userName where that is one. */
function emailOf(userName: string, sent: z.output<typeof emails>): string {
  const chosen = sent.find(({ primary }) => primary === true) ?? sent.find(({ value }) => value);
  const parsed = emailAddress.safeParse(chosen?.value || userName);
  if (parsed.success) return parsed.data;
  throw scimRefusal("invalidValue", "Send an e-mail address in emails, or as userName.");
}

function shownName(
  candidates: readonly (string | null | undefined | readonly (string | null | undefined)[])[],
): string {
  for (const candidate of candidates) {
    const text = typeof candidate === "string" ? candidate : (candidate ?? []).filter(Boolean).join(" ");
    if (!text.trim()) continue;
    const parsed = displayName.safeParse(text.slice(0, LIMITS.nameLength));
    if (parsed.success) return parsed.data;
    throw scimRefusal("invalidValue", `At displayName: ${parsed.error.issues[0]?.message}`);
  }
  throw scimRefusal("invalidValue", "Give a displayName.");
}

/**
 * What a PATCH changes. An address that is the userName was perhaps never sent: it is left out, so that a new userName brings
 * a new address.
 */
export function draftOf({ isActive, ...user }: ScimUser): Folded {
  const isOwnAddress = user.email !== user.userName.toLowerCase();
  return {
    username: user.userName,
    externalid: user.externalId,
    active: isActive,
    displayname: user.displayName,
    name: { givenname: user.givenName, familyname: user.familyName },
    ...(isOwnAddress && { emails: [{ value: user.email, type: "work", primary: true }] }),
  };
}

export interface ScimUserView {
  readonly schemas: readonly string[];
  readonly id: string;
  readonly externalId?: string;
  readonly userName: string;
  readonly displayName: string;
  readonly name: { readonly formatted: string; readonly givenName?: string; readonly familyName?: string };
  readonly emails: readonly { readonly value: string; readonly type: string; readonly primary: boolean }[];
  readonly active: boolean;
  readonly groups: readonly { readonly value: string; readonly display: string; readonly $ref: string }[];
  readonly meta: Meta;
}

export interface Meta {
  readonly resourceType: "User" | "Group";
  readonly created: string;
  readonly lastModified: string;
  readonly location: string;
  readonly version: string;
}

export function userView(
  user: ScimUser,
  groups: readonly { readonly id: string; readonly name: string }[],
  baseUrl: string,
): ScimUserView {
  return {
    schemas: [USER_SCHEMA],
    id: user.scimUserId,
    ...(user.externalId !== null && { externalId: user.externalId }),
    userName: user.userName,
    displayName: user.displayName,
    name: {
      formatted: user.displayName,
      ...(user.givenName !== null && { givenName: user.givenName }),
      ...(user.familyName !== null && { familyName: user.familyName }),
    },
    emails: [{ value: user.email, type: "work", primary: true }],
    active: user.isActive,
    groups: groups.map(({ id, name }) => ({ value: id, display: name, $ref: `${baseUrl}/Groups/${id}` })),
    meta: {
      resourceType: "User",
      created: user.createdAt.toISOString(),
      lastModified: user.updatedAt.toISOString(),
      location: `${baseUrl}/Users/${user.scimUserId}`,
      version: userVersion(user),
    },
  };
}

/** Of what a directory may write. A membership may end here as well, without a new version of the row. */
export function userVersion({ version, isActive }: Pick<ScimUser, "version" | "isActive">): string {
  return `W/"${version}${isActive ? "" : "-inactive"}"`;
}
