/**
 * Everybody asks for everything, everywhere: each procedure and route, as each kind of person and key, in each kind of
 * place. What is expected is worked out here from the table of permissions and from what each declares, by no code of the product's.
 */
import {
  BUILT_IN_ROLES,
  createEnvironment,
  createProject,
  createRollout,
  createRolloutInput,
  createScheduledChange,
  createToggle,
  createToggleInput,
  issueSdkKey,
  type Needs,
  PERMISSION_TABLE,
  PERMISSIONS,
  type Permission,
  parseInput,
} from "@burgee/core";
import type { ProjectId, Role } from "@burgee/db";
import { createDatabase } from "@burgee/test-support";
import { afterAll, describe, expect, test } from "vitest";
import { type Declared, declaredBy, procedures, withoutPermission } from "../../test/declared.ts";
import { dataOf } from "../../test/open-browser.ts";
import { openDirectory } from "../../test/open-directory.ts";
import { identified } from "../../test/probes/make.ts";
import { startApi } from "../../test/start-api.ts";

const CUSTOM: Readonly<Record<string, readonly Permission[]>> = {
  auditor: ["audit.read", "project.read", "sdk_key.read"],
  guest: [],
};
/** Where one may be: two environments of a project, and another project. */
const PLACES = [
  { project: "web", environment: "production" },
  { project: "web", environment: "staging" },
  { project: "app", environment: "live" },
] as const;
type Place = (typeof PLACES)[number];

interface Subject {
  readonly name: string;
  readonly tenant: Role;
  readonly web?: Role;
  readonly production?: Role;
}
const SUBJECTS: readonly Subject[] = [
  ...[...BUILT_IN_ROLES, "auditor", "guest"].map((tenant) => ({ name: tenant, tenant })),
  { name: "viewer, raised in a project", tenant: "viewer", web: "editor" },
  { name: "viewer, raised in an environment", tenant: "viewer", production: "admin" },
  { name: "editor, lowered in an environment", tenant: "editor", production: "viewer" },
  { name: "admin, lowered to a custom role in a project", tenant: "admin", web: "auditor" },
  { name: "admin, lowered and raised again", tenant: "admin", web: "viewer", production: "editor" },
  { name: "guest, raised and lowered again", tenant: "guest", web: "editor", production: "guest" },
  { name: "guest, raised in an environment", tenant: "guest", production: "viewer" },
  { name: "owner, lowered in vain", tenant: "owner", web: "viewer", production: "guest" },
];

const database = await createDatabase();
const api = await startApi(database);
afterAll(async () => {
  await api.close();
  await database.drop();
});

const routes = declaredBy(api.server.routes);
const all = [...procedures, ...routes];
const tenant = await api.addTenant();
const { caller, serverKey } = tenant;
const clientKey = await issueClientKey();
const things = await fill();
const keys = new Map(
  await Promise.all(SUBJECTS.map(async (subject) => [subject, await join(subject)] as const)),
);

describe("what is declared", () => {
  test("stands at every procedure and at every route", () => {
    expect(withoutPermission(all)).toEqual([]);
    expect(all.length).toBeGreaterThan(60);
  });

  test("stands at everything that the application answers", () => {
    const declared = new Set(routes.map(({ path }) => path));
    expect(api.server.mountedPaths.filter((path) => !declared.has(path))).toEqual([]);
    expect(api.server.mountedPaths).toHaveLength(declared.size);
  });

  test("asks for every permission that there is somewhere", () => {
    const asked = new Set(all.flatMap(({ access }) => (isNeeds(access) ? permissionsOf(access) : [])));
    const bound: readonly Permission[] = ["owner.write"];
    expect(PERMISSIONS.filter((permission) => !asked.has(permission))).toEqual(bound);
  });

  test("is what docs/permissions.md says", async () => {
    await expect(permissionsPage()).toMatchFileSnapshot("../../../../docs/permissions.md");
  });
});

describe.each(SUBJECTS)("a person who is $name", (subject) => {
  test.each(PLACES)(
    "passes in $project/$environment where the table says so, and nowhere else",
    async (place) => {
      const wrong: string[] = [];
      for (const declared of all) {
        for (const asked of askedOf(declared, place)) {
          const { status, code } = await ask(declared, asked.input, place, keys.get(subject));
          const isRefused = code === "forbidden";
          if (isRefused === asked.isAllowed(subject) || status === 500) {
            wrong.push(`${declared.name} ${JSON.stringify(asked.input)}: ${status} ${code}`);
          }
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});

test("who has neither key nor session passes where it is public, and nowhere else", async () => {
  const answers = await Promise.all(
    all.map(async (declared) => ({ ...declared, ...(await ask(declared, {}, PLACES[0], undefined)) })),
  );

  const passed = answers.filter(({ code }) => code !== "unauthenticated").map(({ name }) => name);
  expect(passed).toEqual(answers.filter(({ access }) => access === "public").map(({ name }) => name));
});

test.each([
  [
    "server's",
    serverKey,
    [
      "GET /v1/toggles/:toggleKey",
      "POST /v1/evaluate",
      "GET /v1/ruleset",
      "GET /v1/segments/:hash",
      "GET /v1/stream",
      "POST /v1/events",
    ],
  ],
  ["client's", clientKey, ["POST /v1/evaluate", "GET /v1/evaluate/:revision/:contextHash", "GET /v1/stream"]],
])(
  "a %s key passes where a route takes one, and at no procedure that is not public",
  async (_, key, routes) => {
    const passed: string[] = [];
    for (const declared of all.filter(({ access }) => access !== "public")) {
      // A stream that is let in stays open.
      const method = declared.path === "/v1/stream" ? "HEAD" : declared.method;
      const { status, code } = await ask({ ...declared, method }, {}, PLACES[0], key);
      // A subscription's refusal stands in its stream.
      if (status !== 403 && code !== "forbidden") passed.push(declared.name);
    }

    expect(passed).toEqual(routes);
  },
);

interface Asked {
  readonly input: Readonly<Record<string, unknown>>;
  readonly isAllowed: (subject: Subject) => boolean;
}

/** Each input that makes a difference to who may ask. Nothing else is in it, so that whoever passes changes nothing. */
function askedOf({ name, access }: Declared, place: Place): readonly Asked[] {
  if (TAKES_NO_PERSON.includes(name) || access === "SCIM token")
    return [{ input: {}, isAllowed: () => false }];
  if (!isNeeds(access)) return [{ input: {}, isAllowed: () => true }];
  const { permission, in: where, unlessSelf } = access;
  const choices: readonly (readonly [object, Permission])[] =
    typeof permission === "string"
      ? [[{}, permission]]
      : Object.entries(permission.of).map(([value, chosen]) => [{ [permission.field]: value }, chosen]);
  const asked = choices.flatMap(([chosen, permission]) =>
    inputsFor(where, place).map(([named, holds]) => ({
      input: { ...chosen, ...named, ...(unlessSelf && { [unlessSelf]: caller.person.userId }) },
      isAllowed: (subject: Subject) => holds(subject, permission),
    })),
  );
  return unlessSelf ? [...asked, { input: {}, isAllowed: () => true }] : asked;
}

const TAKES_NO_PERSON = [
  "GET /v1/ruleset",
  "GET /v1/segments/:hash",
  "GET /v1/stream",
  "POST /v1/events",
  "GET /v1/evaluate/:revision/:contextHash",
];

type Holds = (subject: Subject, permission: Permission) => boolean;

/** How a place is named in an input, and who holds a permission there. */
function inputsFor(where: Needs["in"], place: Place): readonly (readonly [named: object, holds: Holds])[] {
  const { project } = place;
  const inTenant: Holds = ({ tenant }, permission) => has(tenant, permission);
  const inProject: Holds = (subject, permission) => has(roleIn(subject, { project }), permission);
  const inEnvironment: Holds = (subject, permission) => has(roleIn(subject, place), permission);
  const inProduction: Holds = (subject, permission) => has(roleIn(subject, PLACES[0]), permission);
  const partOfWeb: Holds = (subject, permission) =>
    inProject(subject, permission) || (project === "web" && inProduction(subject, permission));
  const wholeOfWeb: Holds = (subject, permission) =>
    inProject(subject, permission) && (project !== "web" || inProduction(subject, permission));
  const anywhere: Holds = (subject, permission) =>
    [subject.tenant, roleIn(subject, { project: "web" }), roleIn(subject, PLACES[0])].some((role) =>
      has(role, permission),
    );
  const throughout: Holds = (subject, permission) =>
    has(roleIn(subject, { project: "web" }), permission) && inProduction(subject, permission);
  const thing = things.find(({ environment }) => environment === place.environment);
  switch (where) {
    case "tenant":
      return [[{}, inTenant]];
    case "somewhere":
      return [[{}, anywhere]];
    case "project":
      return [[{ project }, inProject]];
    case "part of the project":
      return [[{ project }, partOfWeb]];
    case "whole project":
      return [[place, wholeOfWeb]];
    case "environment":
      return [[place, inEnvironment]];
    case "named place":
      return [
        [{}, inTenant],
        [{ project }, inProject],
        [place, inEnvironment],
      ];
    case "rollout plan":
      return [[{ id: thing?.planId }, inEnvironment]];
    case "scheduled change":
      return [[{ id: thing?.changeId }, inEnvironment]];
    case "whole named place":
      return [
        [{}, (subject, permission) => inTenant(subject, permission) && throughout(subject, permission)],
        [{ project }, wholeOfWeb],
      ];
    case "webhook":
      return [[{ id: thing?.webhookId }, wholeOfWeb]];
    case "SDK key":
      return [[{ id: thing?.keyId }, inEnvironment]];
    default:
      return where satisfies never;
  }
}

function roleIn(
  { tenant, web, production }: Omit<Subject, "name">,
  { project, environment }: Partial<Place>,
): Role {
  if (tenant === "owner" || project !== "web") return tenant;
  return (environment === "production" ? production : undefined) ?? web ?? tenant;
}

function has(role: Role, permission: Permission): boolean {
  return CUSTOM[role]?.includes(permission) ?? PERMISSION_TABLE[permission].some((each) => each === role);
}

async function ask(
  { method, path }: Pick<Declared, "method" | "path">,
  input: Readonly<Record<string, unknown>>,
  place: Place,
  key: string | undefined,
): Promise<{ readonly status: number; readonly code: string | undefined }> {
  const isProcedure = path.startsWith("/trpc/");
  const search = new URLSearchParams(
    isProcedure
      ? { input: JSON.stringify(input) }
      : Object.entries(input).map(([field, value]): [string, string] => [field, String(value)]),
  );
  const named = path
    .replace(":project", place.project)
    .replace(":toggleKey", "missing")
    .replace(":hash", "0".repeat(64))
    .replace(":code", "internal")
    .replace(":id", String(input.id ?? "missing"));
  const hasBody = method === "POST" || method === "PUT" || method === "PATCH";
  const query = isProcedure && hasBody ? "" : `?${path.includes(":project") ? "" : search}`;
  const { status, text } = await api.request(method, `${named}${query}`, {
    ...(key === undefined ? {} : { key }),
    headers: { origin: api.baseUrl },
    ...(hasBody ? { body: isProcedure ? input : {} } : {}),
  });
  return { status, code: codeIn(text) };
}

/** Of a problem, be it REST's or tRPC's, also in a stream. */
function codeIn(text: string): string | undefined {
  const found = text.match(/"code":"([a-z_]+)"/);
  return found?.[1];
}

function isNeeds(access: Declared["access"]): access is Needs {
  return typeof access === "object";
}

function permissionsOf({ permission }: Needs): readonly Permission[] {
  return typeof permission === "string" ? [permission] : [...new Set(Object.values(permission.of))];
}

test("a directory's token passes where that is declared, and nowhere else", async () => {
  const { token } = await openDirectory(api, tenant);
  const passed: string[] = [];
  for (const declared of all.filter(({ access }) => access !== "public")) {
    const { status, code } = await ask(declared, {}, PLACES[0], token);
    if (status !== 401 && code !== "unauthenticated") passed.push(declared.name);
  }

  const own = all.filter(({ access }) => access === "SCIM token").map(({ name }) => name);
  expect(passed).toEqual(own);
  expect(own.length).toBeGreaterThan(10);
});

/** For the pages as which everything is asked. */
async function issueClientKey(): Promise<string> {
  const origins = [api.baseUrl];
  return (await issueSdkKey(caller, { ...PLACES[0], kind: "cli", name: "Web", origins })).key;
}

/** In each environment a rollout plan, a scheduled change and a key, and a webhook of its project. */
async function fill() {
  await createProject(caller, { key: "app", name: "App" });
  await createEnvironment(caller, { project: "app", key: "live", name: "Live" });
  const filled = [];
  for (const place of PLACES) {
    const toggle = { key: `cart-${place.environment}`, default: false };
    await createToggle(caller, parseInput(createToggleInput, { ...place, ...toggle }));
    const steps = [{ share: { type: "percentage", value: 10 } }];
    const plan = await createRollout(
      caller,
      parseInput(createRolloutInput, { ...place, toggle: toggle.key, steps }),
    );
    const change = await createScheduledChange(caller, {
      ...place,
      toggle: toggle.key,
      at: new Date(Date.now() + 86_400_000).toISOString(),
      change: { type: "setEnabled", enabled: false },
    });
    const key = await issueSdkKey(caller, { ...place, kind: "srv", name: "Shop" });
    const made = await api.request("POST", "/trpc/webhooks.create", {
      key: tenant.personalKey,
      body: { project: place.project, name: "Chat", url: "https://chat.example" },
    });
    const { id: webhookId } = identified.parse(dataOf(made));
    filled.push({ ...place, planId: plan.id, changeId: change.id, keyId: key.id, webhookId });
  }
  await caller.db.transact(caller.person.tenantId, async ({ roles }) => {
    for (const [key, permissions] of Object.entries(CUSTOM)) {
      await roles.create({ key, name: key, permissions }, "system");
    }
  });
  return filled;
}

/** As rows, past every rule of who may grant what. */
async function join({ tenant: role, web, production }: Subject): Promise<string> {
  const { userId, key } = await tenant.addMember(role);
  await caller.db.transact(caller.person.tenantId, async ({ projects, environments, grants }) => {
    const project = await projects.findByKey("web");
    const projectId = project?.projectId ?? ("" as ProjectId);
    const environment = await environments.findByKey(projectId, "production");
    const environmentId = environment?.environmentId ?? null;
    if (web) await grants.set({ userId, projectId, environmentId: null, role: web }, "system");
    if (production) await grants.set({ userId, projectId, environmentId, role: production }, "system");
  });
  return key;
}

function permissionsPage(): string {
  const header = ["permission", ...BUILT_IN_ROLES];
  const rows = PERMISSIONS.map((permission) => [
    `\`${permission}\``,
    ...BUILT_IN_ROLES.map((role) => (has(role, permission) ? "yes" : "")),
  ]);
  const needs = all.map(({ name, access }) => [
    `\`${name}\``,
    isNeeds(access)
      ? permissionsOf(access)
          .map((permission) => `\`${permission}\``)
          .join(" or ")
      : (access ?? ""),
    isNeeds(access) ? access.in : "",
  ]);
  return [
    "# Permissions\n",
    "Which built-in role has which permission, and what each procedure and route takes. A test writes this page from what the code",
    "declares, and calls each of them as everybody; [security.md](security.md) says how it is decided.\n",
    table(header, rows),
    "`public` takes neither key nor session; `self` takes either, since it concerns nobody but who asks; `whole self` takes no key that is",
    "for less than its person may do. `job` takes whoever began the job, or holds in the tenant what its kind asks for; to everybody else it",
    "is not there. `SCIM token` takes that of a tenant's directory, and no person's key.\n",
    table(["procedure or route", "takes", "in"], needs),
  ].join("\n");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return `${[line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n")}\n`;
}
