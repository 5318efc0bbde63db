/** Nobody sets what they were not asked for: whatever an input does not name is refused, at every depth. */
import { createDatabase } from "@burgee/test-support";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { declaredBy, procedures } from "../../test/declared.ts";
import { startApi } from "../../test/start-api.ts";
import { foreignBody, noBody, rawQuery } from "../http/inputs.ts";

const database = await createDatabase();
const api = await startApi(database);
afterAll(async () => {
  await api.close();
  await database.drop();
});

const columns = await namesOfColumns();
const takers = [...procedures, ...declaredBy(api.server.routes)].map((declared) => ({
  ...declared,
  inputs: declared.inputs.filter(
    (input) => ![rawQuery, noBody, foreignBody].some((each) => Object.is(input, each)),
  ),
}));

test("every procedure says what it takes, also where that is nothing", () => {
  expect(procedures.filter(({ inputs }) => inputs.length === 0)).toEqual([]);
  expect(columns.length).toBeGreaterThan(100);
});

test("what stands in a column is refused in every input that does not name it", () => {
  const accepted: string[] = [];
  for (const { name, inputs } of takers) {
    for (const input of inputs) {
      const named = shapeOf(input);
      for (const column of columns.filter((each) => !named.includes(each))) {
        if (!isRefused(input, column)) accepted.push(`${name}: ${column}`);
      }
    }
  }

  expect(accepted).toEqual([]);
});

test("the inputs that name what gives power are those that are about it", () => {
  const powers = ["tenantId", "role", "permissions", "userId", "version", "createdBy", "salt", "hash"];
  const named = takers.flatMap(({ name, inputs }) =>
    inputs.flatMap((input) =>
      shapeOf(input)
        .filter((field) => powers.includes(field))
        .map((field) => `${name}: ${field}`),
    ),
  );

  expect(named.sort()).toEqual([
    "access.explain: userId",
    "auth.switchTenant: tenantId",
    "grants.list: userId",
    "grants.remove: userId",
    "grants.set: role",
    "grants.set: userId",
    "invitations.create: role",
    "members.remove: userId",
    "members.setRole: role",
    "members.setRole: userId",
    "roles.create: permissions",
    "roles.update: permissions",
    "scim.setRoles: version",
    "sdkKeys.issue: permissions",
    "singleSignOn.begin: tenantId",
    "singleSignOn.update: version",
  ]);
});

test("no object inside an input is open to more than it names", () => {
  const open = takers.flatMap(({ name, inputs }) =>
    inputs.flatMap((input) => openObjectsIn(input).map((path) => `${name}: ${path}`)),
  );

  expect(open).toEqual([]);
});

test("a stray field is refused over HTTP, and nothing changes", async () => {
  const { personalKey } = await api.addTenant();
  const body = { key: "blog", name: "Blog", tenantId: "00000000-0000-0000-0000-000000000000" };

  const { status, text } = await api.request("POST", "/trpc/projects.create", { key: personalKey, body });
  const listed = await api.request("GET", "/trpc/projects.list", { key: personalKey });

  expect([status, text]).toEqual([400, expect.stringContaining("unrecognized_keys")]);
  expect(listed.text).not.toContain("blog");
});

/** As they stand in the database, and as programs write them. */
async function namesOfColumns(): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select distinct attname as name from pg_attribute where attnum > 0 and attrelid in (select oid from pg_class where relnamespace = 'burgee'::regnamespace and relkind in ('r', 'p'))",
  );
  await client.end();
  const names = rows.flatMap(({ name }) => [
    name,
    name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase()),
  ]);
  return [...new Set(names), "__proto__", "isAdmin", "permissions", "access"];
}

function isRefused(input: z.ZodType, field: string): boolean {
  const given = JSON.parse(`{ ${JSON.stringify(field)}: "planted" }`);
  const { error } = input.safeParse(given);
  return (
    error?.issues.some((issue) => issue.code === "unrecognized_keys" && issue.keys.includes(field)) ?? false
  );
}

/** The fields that an input names at its top. */
function shapeOf(input: z.ZodType): readonly string[] {
  if (input instanceof z.ZodObject) return Object.keys(input.shape);
  const isWrapped = input instanceof z.ZodPipe || "innerType" in input.def;
  return isWrapped ? insideOf(input).flatMap(({ schema }) => shapeOf(schema)) : [];
}

function openObjectsIn(schema: z.ZodType, path = "", seen = new Set<z.ZodType>()): readonly string[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const inside = insideOf(schema).flatMap(({ schema: part, at }) =>
    openObjectsIn(part, `${path}${at}`, seen),
  );
  const isOpen = schema instanceof z.ZodObject && !(schema.def.catchall instanceof z.ZodNever);
  return isOpen ? [path || "/", ...inside] : inside;
}

interface Part {
  readonly schema: z.ZodType;
  readonly at: string;
}

/** The schemas of which one is made. */
function insideOf(schema: z.ZodType): readonly Part[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).map(([key, part]) => ({ schema: asType(part), at: `/${key}` }));
  }
  if (schema instanceof z.ZodArray) return [{ schema: asType(schema.element), at: "/*" }];
  if (schema instanceof z.ZodRecord) return [{ schema: asType(schema.valueType), at: "/*" }];
  if (schema instanceof z.ZodUnion) return schema.options.map((part) => ({ schema: asType(part), at: "" }));
  if (schema instanceof z.ZodPipe)
    return [schema.in, schema.out].map((part) => ({ schema: asType(part), at: "" }));
  if (schema instanceof z.ZodLazy) return [{ schema: asType(schema.unwrap()), at: "" }];
  if ("innerType" in schema.def) return [{ schema: asType(schema.def.innerType), at: "" }];
  return [];
}

function asType(part: unknown): z.ZodType {
  if (part instanceof z.ZodType) return part;
  throw new Error("A part of a schema is none.");
}
