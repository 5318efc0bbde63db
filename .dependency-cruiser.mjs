import { Visitor } from "@swc/core/Visitor.js";

/**
 * Who may import whom: engine <- db <- core <- apps, engine <- sdk-js, runtime <- apps. Nothing runs back.
 *
 * Packages resolve to their sources (condition `burgee:source`), so rules see across packages and need no build.
 * The parser is swc: it knows type-only imports as such, and TypeScript 7 offers no parser to other programs.
 */
readUsingDeclarations(Visitor.prototype);

const test = "[.]test[.]tsx?$";
const forTests = "^(packages|apps)/[^/]+/test(-support)?/";
const matches = "^packages/engine/src/matches/";
const lists = "^packages/engine/src/lists/";
const router = "apps/api/src/trpc/app-router[.]ts$";
const ours = "^(packages|apps|examples|test|launcher|bench)/";

/** @typedef {import("dependency-cruiser").IForbiddenRuleType} Rule */

/** What ships: tests may use more. @param {string} folder */
const shipped = (folder) => ({ path: `^${folder}/`, pathNot: [test, forTests] });

/**
 * Of ours, `folder` may import itself and what is `allowed`.
 *
 * @type {(name: string, folder: string, allowed: string[], comment: string) => Rule}
 */
const ownImports = (name, folder, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: shipped(folder),
  to: { path: ours, pathNot: [folder, ...allowed].map((path) => `^${path}`) },
});

/** @type {Rule[]} */
const direction = [
  {
    name: "engine-imports-nothing",
    comment: "The engine is pure and runs in browsers: no package, no built-in, nothing of ours.",
    severity: "error",
    from: { path: "^packages/engine/", pathNot: [test, forTests, matches] },
    to: { pathNot: "^packages/engine/" },
  },
  {
    name: "matches-imports-re2js-only",
    comment: "Regular expressions in linear time are the one thing that the engine has of others.",
    severity: "error",
    from: { path: matches, pathNot: test },
    to: { pathNot: ["^packages/engine/", "(^|/)node_modules/re2js/"] },
  },
  {
    name: "matches-is-a-chunk-of-its-own",
    comment: "What evaluates is small; the chunk with re2js is loaded only by rulesets that need it.",
    severity: "error",
    from: { path: "^packages/engine/", pathNot: [test, forTests, matches] },
    to: { path: matches },
  },
  {
    name: "lists-are-a-chunk-of-their-own",
    comment: "Packed lists are loaded only by rulesets that name some.",
    severity: "error",
    from: { path: "^packages/engine/", pathNot: [test, forTests, lists] },
    to: { path: lists },
  },
  ownImports(
    "db-imports-engine-only",
    "packages/db",
    ["packages/engine/"],
    "Tables know what a ruleset is, and no use case.",
  ),
  ownImports(
    "core-imports-engine-and-db-only",
    "packages/core",
    ["packages/engine/", "packages/db/"],
    "Core takes the bus, the queue and the clock as arguments; it knows no process.",
  ),
  ownImports(
    "runtime-imports-nothing-of-ours",
    "packages/runtime",
    [],
    "Runtime serves any process and knows none.",
  ),
  ownImports(
    "sdk-imports-engine-only",
    "packages/sdk-js",
    ["packages/engine/"],
    "The SDK carries the engine and nothing else.",
  ),
  {
    name: "sdk-imports-no-package",
    comment: "What users install has no dependencies.",
    severity: "error",
    from: shipped("packages/sdk-js"),
    to: { path: "(^|/)node_modules/" },
  },
  {
    name: "sdk-runs-anywhere",
    comment:
      "It needs `fetch` and web streams; only what keeps files needs Node's own modules, and is an entry of its own.",
    severity: "error",
    from: { path: "^packages/sdk-js/src/", pathNot: [test, "^packages/sdk-js/src/file-store[.]ts$"] },
    to: { dependencyTypes: ["core"] },
  },
  ...["api", "worker"].map((app) =>
    ownImports(
      `${app}-imports-core-db-engine-runtime-only`,
      `apps/${app}`,
      ["packages/(core|db|engine|runtime)/", "apps/"],
      "Delivery leans on the use cases, and on what every process needs.",
    ),
  ),
  {
    name: "no-app-imports-an-app",
    comment: "Apps meet over the network. The dashboard's type of the router has a rule of its own.",
    severity: "error",
    from: { path: "^apps/([^/]+)/", pathNot: "^apps/dashboard/" },
    to: { path: "^apps/", pathNot: "^apps/$1/" },
  },
  ownImports(
    "dashboard-imports-router-and-engine-only",
    "apps/dashboard",
    [router, "packages/engine/"],
    "The dashboard speaks through the typed client, and evaluates as SDKs do.",
  ),
  ownImports(
    "examples-import-what-users-could",
    "examples",
    ["packages/sdk-js/", router],
    "An example shows what a user can do.",
  ),
  {
    name: "router-is-a-type-elsewhere",
    comment: "Outside of the API its router is a type: none of its code travels.",
    severity: "error",
    from: { path: "^(apps/dashboard|examples)/" },
    to: { path: `^${router}`, dependencyTypesNot: ["type-only"] },
  },
];

/** @type {Rule[]} */
const inside = [
  {
    name: "no-inside-of-another-package",
    comment: "Packages are imported by name: what `exports` does not list is theirs alone.",
    severity: "error",
    from: { path: "^((?:packages|apps|examples)/[^/]+)/" },
    to: { path: "^(packages|apps|examples|test)/", pathNot: "^$1/", dependencyTypes: ["local"] },
  },
  {
    name: "no-unresolvable-import",
    comment: "It is not there, or the package does not export it; k6 has its modules in itself.",
    severity: "error",
    from: {},
    to: { couldNotResolve: true, pathNot: "^k6(/|$)" },
  },
  {
    name: "lucia-in-one-file",
    comment: "Sessions are made and read in one place of the API.",
    severity: "error",
    module: { path: "(^|/)node_modules/lucia/", numberOfDependentsMoreThan: 1 },
    from: { path: "^apps/api/", pathNot: test },
  },
  {
    name: "lucia-in-the-api-only",
    comment: "Signing in is the API's; the rest gets an actor.",
    severity: "error",
    from: { path: ours, pathNot: "^apps/api/" },
    to: { path: "(^|/)node_modules/lucia/" },
  },
];

/** @type {Rule[]} */
const health = [
  {
    name: "no-cycle",
    severity: "error",
    comment: "Neither can be read without the other.",
    from: {},
    to: { circular: true },
  },
  {
    name: "no-test-in-shipped-code",
    comment: "Tests, and what serves them, stay out of what runs.",
    severity: "error",
    from: { path: "^(packages|apps)/[^/]+/src/", pathNot: test },
    to: { path: [test, forTests, "^test/", "(^|/)node_modules/(vitest|fast-check)/"] },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [...direction, ...inside, ...health],
  required: [
    {
      name: "no-orphan-test",
      comment: "A test imports what it tests, or runs it as a program.",
      severity: "error",
      module: { path: test },
      to: { path: [`${ours}.+(?<![.]test)[.](ts|mjs)$`, "^(node:)?child_process$"] },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "(^|/)node_modules/" },
    exclude: { path: ["/(dist|coverage)/", "^bench/peers/"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["burgee:source", "import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
      mainFields: ["main", "types"],
    },
  },
};

/**
 * The visitor that dependency-cruiser walks swc's tree with stops at `using`, which is younger than it.
 *
 * @param {any} visitor whose methods take nodes of a tree that has no types for this one
 */
function readUsingDeclarations(visitor) {
  const { visitStatement } = visitor;
  visitor.visitStatement = function visit(/** @type {any} */ statement) {
    if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
    this.visitVariableDeclarators(statement.decls);
    return statement;
  };
}
