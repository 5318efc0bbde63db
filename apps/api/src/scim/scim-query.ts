import { parseInput } from "@burgee/core";
import { z } from "zod";
import type { RawQuery } from "../http/inputs.ts";

const text = z.string("Give it once.").max(4_000, "Use at most 4000 characters.").optional();

/** What a directory may ask for; other parameters are passed over, as the protocol wants. */
const scimQuery = z.object({
  filter: text,
  startIndex: text,
  count: text,
  attributes: text,
  excludedAttributes: text,
});

export type ScimQuery = z.output<typeof scimQuery>;

/** @throws {AppError} "invalid_input" */
export function readScimQuery(query: RawQuery): ScimQuery {
  return parseInput(scimQuery, { ...query });
}
