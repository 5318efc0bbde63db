import { KEEPING } from "@burgee/core";
import { readConfiguration } from "@burgee/runtime";
import { expect, test } from "vitest";
import { retentionConfiguration } from "./retention-configuration.ts";

test("what an installation says nothing of is kept as long as is usual", () => {
  const usual = Object.fromEntries(Object.entries(KEEPING).map(([what, { usual }]) => [what, usual]));

  expect(readConfiguration(retentionConfiguration, {})).toEqual(usual);
});

test.each(["0", "401", "a week", "-3"])("events are not kept for %s days", (days) => {
  const read = () => readConfiguration(retentionConfiguration, { BURGEE_KEEP_TRACKED_EVENTS_DAYS: days });

  expect(read).toThrow("a whole number of days from 1 to 400");
});
