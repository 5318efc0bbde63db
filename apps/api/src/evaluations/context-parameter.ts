import { createHash } from "node:crypto";
import { contextInput, parseInput, refuse } from "@burgee/core";
import type { EvaluationContext } from "@burgee/engine";
import { checkJson } from "../http/check-json.ts";
import { parseJson } from "../http/read-json-body.ts";

/**
 * The attributes in an address, whose path names them by their hash: a cache that keeps answers by path alone keeps none for
 * others.
 * @param text JSON
 * @param contextHash base64url of the text's SHA-256
 * @throws {AppError} "invalid_input" @throws {TransportError} "malformed_json", "json_too_deep"
 */
export function contextParameter(text: string, contextHash: string): EvaluationContext {
  if (createHash("sha256").update(text).digest("base64url") !== contextHash) {
    const message =
      "The address names another context: give the base64url of the SHA-256 of the text in `context`.";
    throw refuse([{ pointer: "/contextHash", code: "contradiction", message }]);
  }
  const context = parseJson(text);
  checkJson(context);
  return parseInput(contextInput, context);
}
