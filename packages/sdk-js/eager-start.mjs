import { parseSync } from "rolldown/experimental";

/** Modules of the engine whose functions nearly every start calls: they read a ruleset, and answer for its first toggle. */
const RUN_AT_START =
  /engine\/dist\/(?:ruleset\/(?:asks-library|check-.*|needs|problem|read-ruleset|shared-parts)|evaluation\/(?:compile-toggle|compiler|context|decision|evaluator|prepare.*|toggle-run|strategies\/compile-serve)|expressions\/(?:compile-.*|functions|further|logic|shortcuts))\.js$/;

/**
 * Has a runtime compile what every start calls along with its module. It compiles others when they are first called, and has then read
 * them twice; a function in parentheses it takes for one that is called at once (V8, "Maybe you don't need to know about lazy compilation").
 *
 * @type {import("rolldown").Plugin}
 */
export const eagerStart = {
  name: "eager-start",
  transform(code, id) {
    return RUN_AT_START.test(id.replaceAll("\\", "/")) ? eager(code, id) : undefined;
  },
};

/**
 * Functions become constants, and go in front: what calls them while its module loads finds them there.
 *
 * @param {string} code
 * @param {string} id
 */
function eager(code, id) {
  const imports = [];
  const functions = [];
  const others = [];
  for (const node of parseSync(id, code).program.body) {
    const text = code.slice(node.start, node.end);
    const declared = node.type === "ExportNamedDeclaration" ? node.declaration : node;
    if (node.type === "ImportDeclaration") imports.push(text);
    else if (declared?.type === "FunctionDeclaration" && declared.id) {
      const exported = declared === node ? "" : "export ";
      functions.push(`${exported}const ${declared.id.name} = (${code.slice(declared.start, declared.end)});`);
    } else others.push(text);
  }
  return [...imports, ...functions, ...others].join("\n");
}
