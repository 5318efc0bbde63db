/** What tells somebody who just got a key that their program works with it. */
import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { AppError } from "../errors/app-error.ts";
import { sdkKeyId } from "../ids.ts";
import { toggleKey } from "../names.ts";
import { findToggle } from "../toggles/find-live-toggle.ts";

export const firstSignalsInput = z.strictObject({
  ...environmentScope,
  /** Of the key that was just made. */
  keyId: sdkKeyId,
  /** The key of the toggle that the program shall evaluate. */
  toggle: toggleKey,
});

/** Each is there once it was seen, and stays. */
export interface FirstSignals {
  /** A request came with the key. */
  readonly keySeenAt: string | null;
  /** An SDK told of itself. */
  readonly sdk: { readonly name: string; readonly version: string; readonly toldAt: string } | null;
  /** An SDK told of an evaluation of the toggle. */
  readonly isEvaluated: boolean;
  /** A request with the key was refused: the audit trail says why. */
  readonly isRefused: boolean;
}

const SDK_WITHIN_MS = 60 * 60 * 1000;
const MOST_SDKS = 100;

/** @throws {AppError} "sdk_key_not_found" also for a key of another environment; "toggle_not_found" */
export async function getFirstSignals(
  { db, person }: Pick<Caller, "db" | "person">,
  input: z.output<typeof firstSignalsInput>,
): Promise<FirstSignals> {
  return db.read(person.tenantId, async (readers) => {
    const { project, environment } = await enterEnvironment(readers, person, "sdk_key.read", input);
    const { environmentId } = environment;
    const key = await readers.sdkKeys.find(input.keyId);
    if (key?.environmentId !== environmentId) {
      throw new AppError("sdk_key_not_found", "There is no such key in this environment.");
    }
    const { toggleId } = await findToggle(readers, project.projectId, input.toggle);
    const reports = await readers.usage.listApplied(environmentId, {
      withinMs: SDK_WITHIN_MS,
      limit: MOST_SDKS,
    });
    const report = reports.find((each) => each.sdkKeyId === key.sdkKeyId);
    const lastHour = await readers.usage.lastHour(environmentId, toggleId);
    const refused = await readers.audit.list({
      filter: { action: "sdk_key.refused", objectKind: "sdk-key", objectKey: key.sdkKeyId },
      before: undefined,
      limit: 1,
    });
    return {
      keySeenAt: key.lastUsedAt?.toISOString() ?? report?.lastAt.toISOString() ?? null,
      sdk: report ? { ...report.sdk, toldAt: report.lastAt.toISOString() } : null,
      isEvaluated: lastHour !== undefined,
      isRefused: refused.length > 0,
    };
  });
}
