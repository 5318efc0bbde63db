/** Two versions of a setting held against each other. */
import { create } from "jsondiffpatch";
import { format } from "jsondiffpatch/formatters/jsonpatch";
import type { Outputs } from "../api/trpc.ts";
import { isSame } from "../targeting/draft/aspects.ts";
import { type Change, changesBetween } from "../targeting/draft/changes.ts";
import { draftOf, plainDraft } from "../targeting/draft/draft.ts";

export type Version = Outputs["settings"]["history"]["items"][number];

export function changesOf(before: Version, after: Version): readonly Change[] {
  const variants: readonly Change[] = isSame(before.variants, after.variants)
    ? []
    : [{ path: "variants", phrase: ["There are other variants, or other values of them."] }];
  const archived: readonly Change[] =
    before.archived === after.archived
      ? []
      : [{ path: "archived", phrase: [after.archived ? "Archived." : "No longer archived."] }];
  return [...archived, ...variants, ...changesBetween(draftOf(before), draftOf(after))];
}

/** What of a version can be compared, as JSON. */
function contentOf(version: Version): object {
  return { ...plainDraft(draftOf(version)), variants: version.variants };
}

export function versionText(version: Version): string {
  return JSON.stringify(contentOf(version), null, 2);
}

/** RFC 6902; a rule is known by its id, so that one that moved is moved. */
export function patchText(before: Version, after: Version): string {
  const differ = create({
    objectHash: (item) =>
      typeof item === "object" && item !== null && "id" in item ? String(item.id) : JSON.stringify(item),
  });
  const delta = differ.diff(contentOf(before), contentOf(after));
  return JSON.stringify(delta === undefined ? [] : format(delta), null, 2);
}
