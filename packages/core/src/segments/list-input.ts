/** A segment's list as people write it: its ids, or an uploaded list by its hash. */
import type { ProjectId, Writers } from "@burgee/db";
import { type ListReference, WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import type { InputIssue } from "../errors/app-error.ts";
import { idsInput } from "../settings/targets-input.ts";

const MOST = WRITE_LIMITS.listedIds;

export const listHash = z
  .string()
  .regex(
    /^[0-9a-f]{64}$/,
    "A list's hash has 64 hexadecimal digits in lower case, as its upload answered them.",
  );

const TOO_MANY =
  `A segment lists at most ${MOST} ids itself. Upload a longer list (POST /v1/projects/:project/segment-lists), ` +
  'and name it as { "list": hash }.';
const NEITHER =
  `Give ids as a list of texts of 1 to ${WRITE_LIMITS.idLength} characters, ` +
  'or an uploaded list as { "list": hash }, with the hash that its upload answered.';

/** The count is what a read answers, and is not asked for. */
const named = z.strictObject({ list: listHash, count: z.int().min(0).optional() });

export const listInput = z.union([idsInput, named], {
  error: ({ input }) => (Array.isArray(input) && input.length > MOST ? TOO_MANY : NEITHER),
});
export type ListInput = readonly string[] | z.output<typeof named>;

/** A list of a segment, as it would be written. */
export function asWritten(ids: readonly string[], list: ListReference | undefined): ListInput {
  return list ? { list: list.hash, count: list.count } : ids;
}

/** The lists that a segment names, by their hashes. */
export type NamedLists = ReadonlyMap<string, ListReference>;

export interface SegmentLists {
  readonly include: ListInput;
  readonly exclude: ListInput;
}

/** Those of the named lists that are there; they stay for another day at least. */
export async function useLists(
  { segmentLists }: Writers,
  projectId: ProjectId,
  { include, exclude }: SegmentLists,
): Promise<NamedLists> {
  const hashes = [include, exclude].flatMap((list) => ("list" in list ? [list.list] : []));
  const found = await segmentLists.use(projectId, [...new Set(hashes)]);
  return new Map(found.map((list) => [list.hash, list]));
}

/** A list as a segment's state holds it. */
export function toList(
  pointer: string,
  written: ListInput,
  lists: NamedLists,
  issues: InputIssue[],
): { readonly ids: readonly string[]; readonly list?: ListReference } {
  if (!("list" in written)) return { ids: [...new Set(written)] };
  const list = lists.get(written.list);
  if (list) return { ids: [], list };
  const message = `There is no list ${written.list} in this project: upload it first (POST /v1/projects/:project/segment-lists).`;
  issues.push({ pointer: `${pointer}/list`, code: "unknown_list", message });
  return { ids: [] };
}
