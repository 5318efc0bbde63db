import { newId, type TenantId } from "@burgee/db";
import { expect, test } from "vitest";
import { type FailureReport, reportFailure } from "./report-failure.ts";

test("a failure that was reported reaches who listens", async () => {
  const heard: FailureReport[] = [];
  const report = { tenantId: newId<TenantId>(), source: "publish-ruleset", id: "e1", error: "Too large." };

  await reportFailure.run(
    { onFailure: (failure) => heard.push(failure) },
    reportFailure.payload.parse(report),
  );

  expect(heard).toEqual([report]);
  expect(reportFailure.jobId(report)).toBe("publish-ruleset-e1");
});
