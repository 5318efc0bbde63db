import type { ExportEncoder } from "./export-encoder.ts";
import { writeEnd, writeEntry, writeStatement } from "./export-form.ts";

/** For programs, and for who verifies: each entry whole, with the chain. */
export const jsonlEncoder: ExportEncoder = {
  mediaType: "application/x-ndjson; charset=utf-8",
  begin: writeStatement,
  encode: (entries) => entries.map(writeEntry).join(""),
  end: writeEnd,
};
