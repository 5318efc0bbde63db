import { type Caller, noteRefusal } from "@burgee/core";
import type { ReportFailure } from "../errors/failure-reporter.ts";
import { problemOf } from "../errors/problem.ts";

/** Notes in the audit trail that a caller was refused, if that is what `error` says. */
export type NoteRefusal = (caller: Caller, error: unknown) => Promise<void>;

/** A refusal stands whether or not it could be noted: that it could not is reported, and the caller hears of the refusal. */
export function refusalNotes(report: ReportFailure): NoteRefusal {
  return async (caller, error) => {
    try {
      await noteRefusal(caller, error);
    } catch (failure) {
      report(failure, problemOf(failure), { requestId: caller.requestId });
    }
  };
}
