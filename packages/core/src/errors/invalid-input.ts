import type { z } from "zod";
import { AppError, type InputIssue } from "./app-error.ts";
import { REFUSAL_BOUNDS, shownIssues } from "./shown-issues.ts";

/** Says of each thing that zod found where it stands and what is wrong with it. */
export function invalidInput(error: z.ZodError): AppError {
  return refuse(
    error.issues.map((issue) => ({
      pointer: pointerTo(issue.path),
      code: issue.code,
      // Of a record's key zod itself says only that it is not valid.
      message: (issue.code === "invalid_key" && issue.issues[0]?.message) || issue.message,
    })),
  );
}

/** One or more things wrong with an input. */
export function refuse(issues: readonly InputIssue[]): AppError {
  const shown = shownIssues(issues, REFUSAL_BOUNDS);
  const [first] = shown;
  const where = first?.pointer ? `At ${first.pointer}: ` : "";
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const message = first?.message ?? "The input is not valid.";
  return new AppError("invalid_input", `${where}${message}${more}`, { issues: shown });
}

/** `parse` of a zod schema, with the error of this domain. @throws {AppError} "invalid_input" */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(parsed.error);
  return parsed.data;
}

/** RFC 6901. */
function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
