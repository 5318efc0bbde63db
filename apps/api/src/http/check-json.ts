import { LIMITS, refuse } from "@burgee/core";
import { TransportError } from "../errors/api-error.ts";

/**
 * Refuses what no input of ours looks like: nesting beyond the bound, and `__proto__` as a name, which a careless
 * copy would take for something else. Walks without recursion, so that no depth can exhaust the stack.
 *
 * @param envelopes levels that are the protocol's own, such as a batch around its inputs
 * @throws {TransportError} "json_too_deep" @throws {AppError} "invalid_input"
 */
export function checkJson(value: unknown, envelopes = 0): void {
  const deepest = LIMITS.jsonDepth + envelopes;
  let level: object[] = isNested(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth++) {
    const below: object[] = [];
    for (const each of level) {
      if (depth >= deepest) {
        throw new TransportError("json_too_deep", `JSON may be nested ${LIMITS.jsonDepth} levels deep.`);
      }
      if (Object.hasOwn(each, "__proto__")) throw reservedName();
      const children: readonly unknown[] = Array.isArray(each) ? each : Object.values(each);
      for (const child of children) if (isNested(child)) below.push(child);
    }
    level = below;
  }
}

function isNested(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function reservedName() {
  return refuse([{ pointer: "", code: "reserved_name", message: "No field may be called __proto__." }]);
}
