import { EVALUATION_LIMITS, READ_LIMITS } from "@burgee/engine";

const LIMITS = { READ_LIMITS, EVALUATION_LIMITS };
const OURS = /(?:engine|sdk-js)\/dist\/.*\.js$/;

/**
 * Puts limits where they are named: minified, what an object holds keeps its name, and all of the object stays with a program that asks for some.
 *
 * @type {import("rolldown").Plugin}
 */
export const inlineLimits = {
  name: "inline-limits",
  transform(code, id) {
    if (!OURS.test(id.replaceAll("\\", "/"))) return undefined;
    const inlined = code.replace(/\b(READ_LIMITS|EVALUATION_LIMITS)\.(\w+)/g, limitOf);
    return inlined === code ? undefined : inlined;
  },
};

/**
 * @param {string} text
 * @param {string} limits
 * @param {string} name
 */
function limitOf(text, limits, name) {
  const found = Object.entries(LIMITS).find(([each]) => each === limits)?.[1] ?? {};
  const [, limit] = Object.entries(found).find(([each]) => each === name) ?? [];
  return limit === undefined ? text : String(limit);
}
