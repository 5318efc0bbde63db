import { expect, test } from "vitest";
import { z } from "zod";
import { createLogger } from "../log/create-logger.ts";
import { defineJob, type JobDefinition } from "./define-job.ts";
import type { JobRun } from "./job-run.ts";

interface Deps {
  readonly sent: string[];
}

const definition: JobDefinition<Deps, { readonly to: string }> = {
  name: "send-hint",
  queue: "hints",
  payload: z.strictObject({ to: z.string().min(1) }),
  jobId: ({ to }) => to,
  attempts: 3,
  backoffMs: 10,
  mayRunTwice: "It only remembers.",
  run: async ({ sent }, { to }) => {
    sent.push(to);
  },
};

const run: JobRun = {
  report: () => undefined,
  signal: new AbortController().signal,
  log: createLogger({ level: "silent", name: "test" }),
};

test("runs the work with a payload that was checked", async () => {
  const sent: string[] = [];

  await defineJob(definition).perform({ sent }, { to: "ada" }, run);

  expect(sent).toEqual(["ada"]);
});

test.each([
  [{ to: "" }, "to: "],
  [{ to: "ada", cc: "bob" }, "payload: "],
  [null, "payload: "],
])("refuses the payload %j and says where it is wrong", async (data, where) => {
  const sent: string[] = [];

  const refused = defineJob(definition).perform({ sent }, data, run);

  await expect(refused).rejects.toMatchObject({
    code: "invalid_payload",
    message: expect.stringContaining(`The payload of send-hint is wrong. ${where}`),
  });
  expect(sent).toEqual([]);
});

test.each([
  ["a name with a colon", { name: "send:hint" }],
  ["a queue in capitals", { queue: "Hints" }],
  ["no attempt at all", { attempts: 0 }],
  ["half an attempt", { attempts: 1.5 }],
  ["a negative wait", { backoffMs: -1 }],
  ["no reason why it may run twice", { mayRunTwice: " " }],
])("refuses %s", (_, change) => {
  expect(() => defineJob({ ...definition, ...change })).toThrow(TypeError);
});
