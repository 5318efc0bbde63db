/** Groups as a directory writes and reads them: RFC 7643, section 4.2. Members are people; a group in a group is refused. */
import type { GroupMember, ScimGroup, ScimUserId } from "@burgee/db";
import { z } from "zod";
import { scimUserId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { storedText } from "../names.ts";
import { scimRefusal } from "./directory.ts";
import type { Filter } from "./filter.ts";
import { folded } from "./folded.ts";
import { listOf, type Operation, valueIn } from "./patch.ts";
import type { Meta } from "./user-resource.ts";

export const GROUP_SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";

export const groupName = storedText(256).trim().min(1, "A displayName is needed.");

/** A group as a directory wants it; without `members` where it said nothing of these. */
export interface SentGroup {
  readonly displayName: string;
  readonly externalId: string | null;
  readonly members: ReadonlySet<ScimUserId>;
}

const sentGroup = z.object({
  displayname: groupName,
  externalid: storedText(256).nullish(),
  members: z.unknown().optional(),
});

/** @throws {AppError} "invalid_input" */
export function readGroup(body: unknown): SentGroup {
  const parsed = sentGroup.safeParse(folded(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw scimRefusal("invalidValue", `At ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { displayname, externalid, members } = parsed.data;
  return { displayName: displayname, externalId: externalid || null, members: new Set(idsIn(members ?? [])) };
}

/** The group after a PATCH. @throws {AppError} "invalid_input" */
export function patchedGroup(group: SentGroup, operations: readonly Operation[]): SentGroup {
  const members = new Set(group.members);
  let { displayName, externalId } = group;
  for (const { op, path, value } of operations) {
    if (path?.attribute === "members") changeMembers(members, op, path.filter, value);
    else if (path?.attribute === "displayname") displayName = nameFrom(op, value);
    else if (path?.attribute === "externalid") externalId = op === "remove" ? null : externalIdFrom(value);
  }
  return { displayName, externalId, members };
}

function changeMembers(
  members: Set<ScimUserId>,
  op: Operation["op"],
  filter: Filter | undefined,
  value: unknown,
): void {
  const ids = filter ? idsNamed(filter) : idsIn(value ?? []);
  if (op === "remove") {
    const isAll = !filter && (value === undefined || value === null);
    if (isAll) members.clear();
    for (const id of ids) members.delete(id);
    return;
  }
  if (op === "replace" && !filter) members.clear();
  for (const id of ids) members.add(id);
}

/** `members[value eq "…"]`, or several of these. */
function idsNamed(filter: Filter): readonly ScimUserId[] {
  if (filter.is === "any") return filter.of.flatMap(idsNamed);
  if (filter.is === "compared" && filter.attribute === "value" && filter.by === "eq") {
    return idsIn([filter.value]);
  }
  throw scimRefusal("invalidPath", 'Name members by their value: members[value eq "…"].');
}

function idsIn(value: unknown): readonly ScimUserId[] {
  const values = listOf(value);
  if (values.length > LIMITS.scimMembersPerGroup) throw tooManyMembers();
  return values.map((each) => {
    const parsed = scimUserId.safeParse(valueIn(each));
    if (parsed.success) return parsed.data;
    throw scimRefusal("invalidValue", "A member is { value }, the id of a User of this tenant.");
  });
}

function nameFrom(op: Operation["op"], value: unknown): string {
  const parsed = groupName.safeParse(value);
  if (op !== "remove" && parsed.success) return parsed.data;
  throw scimRefusal("invalidValue", "A displayName is needed: 1 to 256 characters.");
}

function externalIdFrom(value: unknown): string | null {
  const parsed = storedText(256).nullable().safeParse(value);
  if (parsed.success) return parsed.data || null;
  throw scimRefusal("invalidValue", "externalId is a text of at most 256 characters.");
}

export function tooManyMembers() {
  return scimRefusal("tooMany", `A group has at most ${LIMITS.scimMembersPerGroup} members.`);
}

export interface ScimGroupView {
  readonly schemas: readonly string[];
  readonly id: string;
  readonly externalId?: string;
  readonly displayName: string;
  readonly members: readonly {
    readonly value: string;
    readonly display: string;
    readonly type: "User";
    readonly $ref: string;
  }[];
  readonly meta: Meta;
}

export function groupView(group: ScimGroup, members: readonly GroupMember[], baseUrl: string): ScimGroupView {
  return {
    schemas: [GROUP_SCHEMA],
    id: group.scimGroupId,
    ...(group.externalId !== null && { externalId: group.externalId }),
    displayName: group.displayName,
    members: members.map(({ scimUserId: value, displayName: display }) => ({
      value,
      display,
      type: "User",
      $ref: `${baseUrl}/Users/${value}`,
    })),
    meta: {
      resourceType: "Group",
      created: group.createdAt.toISOString(),
      lastModified: group.updatedAt.toISOString(),
      location: `${baseUrl}/Groups/${group.scimGroupId}`,
      version: groupVersion(group),
    },
  };
}

export function groupVersion({ version }: Pick<ScimGroup, "version">): string {
  return `W/"${version}"`;
}
