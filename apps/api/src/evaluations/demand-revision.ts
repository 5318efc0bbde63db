import { AppError, type LiveRuleset, refuse } from "@burgee/core";

const REVISION = /^([0-9a-f-]{36})\.(\d{1,15})$/;

/**
 * Whether an address names what it would be answered with: an epoch is of one environment, so epoch and revision name one
 * ruleset.
 * @throws {AppError} "invalid_input"; "ruleset_not_ready" where this node lags behind, "revision_superseded" otherwise
 */
export function demandRevision(
  named: string,
  { epoch, revision }: Pick<LiveRuleset, "epoch" | "revision">,
): void {
  const [, namedEpoch, text] = REVISION.exec(named) ?? [];
  if (namedEpoch === undefined) {
    const message = "Name epoch and revision as the stream's ids do: <epoch>.<revision>.";
    throw refuse([{ pointer: "/revision", code: "invalid_format", message }]);
  }
  if (namedEpoch === epoch && Number(text) === revision) return;
  if (namedEpoch === epoch && Number(text) > revision) {
    throw new AppError(
      "ruleset_not_ready",
      "This node does not have that revision yet; try again in a second.",
    );
  }
  throw new AppError("revision_superseded", "Another revision has taken this one's place; ask for that.", {
    details: { epoch, revision },
  });
}
