import { join } from "node:path";
import { expect, test } from "vitest";
import { privateFolder } from "../../launcher/checkout.mjs";
import { explainFailure } from "../../launcher/explain-failure.mjs";
import { ProgramError } from "../../launcher/run-program.mjs";

test.each([
  ["EEXIST", [], ".burgee is damaged (EEXIST). It must be a folder: move it away, and run npm start again."],
  [
    "EEXIST",
    ["logs"],
    ".burgee/logs is damaged (EEXIST). npm start -- --fresh starts over; the data that was there is lost.",
  ],
  ["EACCES", ["logs", "api.log"], ".burgee/logs/api.log can't be used: this user may not use it (EACCES)."],
  [
    "EROFS",
    ["start.lock.0b6e2a4c-6f0e-4d0a-9a57-0a4f5c3a2b1d"],
    ".burgee/start.lock can't be used: it lies on a disk that can't be written (EROFS).",
  ],
])("says what %s at a file of the checkout %j means", (code, parts, line) => {
  const error = Object.assign(new Error(code), { code, path: join(privateFolder, ...parts) });

  expect(explainFailure(error)).toBe(line);
});

test("shows what was foreseen as a line, and anything else whole", () => {
  const unforeseen = new Error("unforeseen");

  expect(explainFailure(new ProgramError("Port 4000 is taken."))).toBe("Port 4000 is taken.");
  expect(explainFailure(unforeseen)).toBe(unforeseen);
});
