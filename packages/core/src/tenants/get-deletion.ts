import type { DeletionProgress, SystemDatabase } from "@burgee/db";
import { z } from "zod";
import { AppError } from "../errors/app-error.ts";
import { hashReceipt } from "./delete-tenant.ts";

export const getDeletionInput = z.strictObject({
  receipt: z.string().regex(/^[A-Za-z0-9_-]{43}$/, "Give the receipt that the request was answered with."),
});

export interface DeletionView {
  /** `waiting`: an owner may still keep it. */
  readonly status: "waiting" | "erasing" | "done";
  readonly requestedAt: string;
  /** When it may be erased; null once it is. */
  readonly deletesAt: string | null;
  readonly completedAt: string | null;
  /** In rows. Unknown, and 0, while it waits; of a table of more than 100,000, it grows as these go. */
  readonly total: number;
  readonly done: number;
  readonly parts: readonly { readonly part: string; readonly total: number; readonly done: number }[];
  /** Who belonged to no other tenant, and was erased with this one. */
  readonly peopleErased: number;
}

/** How far a deletion is, for whoever has its receipt. @throws {AppError} "deletion_not_found", also for one that was cancelled */
export async function getDeletion(
  { system }: { readonly system: SystemDatabase },
  { receipt }: z.output<typeof getDeletionInput>,
): Promise<DeletionView> {
  const progress = await system.erasures.findByReceipt(hashReceipt(receipt));
  if (progress) return deletionView(progress);
  throw new AppError("deletion_not_found", "There is no such deletion, or it was cancelled.");
}

function deletionView({
  requestedAt,
  dueAt,
  begunAt,
  completedAt,
  people,
  ...counted
}: DeletionProgress): DeletionView {
  const parts = Object.entries(counted.parts)
    .map(([part, { total, done }]) => ({ part, total, done }))
    .toSorted((one, other) => (one.part < other.part ? -1 : 1));
  return {
    status: statusOf({ begunAt, completedAt }),
    requestedAt: requestedAt.toISOString(),
    deletesAt: dueAt?.toISOString() ?? null,
    completedAt: completedAt?.toISOString() ?? null,
    total: parts.reduce((sum, { total }) => sum + total, 0),
    done: parts.reduce((sum, { done }) => sum + done, 0),
    parts,
    peopleErased: people,
  };
}

function statusOf({
  begunAt,
  completedAt,
}: Pick<DeletionProgress, "begunAt" | "completedAt">): DeletionView["status"] {
  if (completedAt) return "done";
  return begunAt ? "erasing" : "waiting";
}
