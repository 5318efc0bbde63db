import type { AuditExportFormat } from "@burgee/db";
import { csvEncoder } from "./csv-encoder.ts";
import type { ExportEncoder } from "./export-encoder.ts";
import { jsonlEncoder } from "./jsonl-encoder.ts";

const ENCODERS: Readonly<Record<AuditExportFormat, ExportEncoder>> = {
  jsonl: jsonlEncoder,
  csv: csvEncoder,
};

export function encoderOf(format: AuditExportFormat): ExportEncoder {
  return ENCODERS[format];
}
