/** What a tenant's directory (SCIM) brings: people and groups, what these give, and the tokens by which it comes. */
import { z } from "zod";
import { dataOf } from "../open-browser.ts";
import type { TestApi } from "../start-api.ts";
import { identified, type Maker, make, type Place } from "./make.ts";

type Ports = Maker & Place & { readonly api: TestApi };

/** What is there of it under a tenant, from one place after another. */
export interface Directory {
  readonly scimToken: string;
  readonly scimUser: string;
  readonly scimGroup: string;
  readonly group: string;
  /** What its next change has to have seen. */
  readonly scimVersion: number;
}

const issued = identified.extend({ token: z.string() });
const given = z.object({
  version: z.int(),
  roles: z.array(
    z.object({ group: z.string(), role: z.string(), project: z.string(), environment: z.string() }),
  ),
});

/** People at `domain`, which is proved: in a group that gives a role here, and out of the tenant again. */
export async function fillDirectory(ports: Ports, domain: string): Promise<Directory> {
  const { browser, project, environment, mark, said } = ports;
  const old = await make(ports, "scim.issueToken", { name: said });
  await make(ports, "scim.rotateToken", { id: old });
  const { id: scimToken, token } = await issueToken(ports);

  const group = `${mark}-group`;
  const before = given.parse(dataOf(await browser.query("scim.getRoles")));
  const here = { group, role: `${mark}-role`, project, environment };
  await make(ports, "scim.setRoles", {
    version: before.version,
    defaultRole: `${mark}-role`,
    roles: [...before.roles, here],
  });

  const person = (name: string) => ({
    userName: `${mark}-${name}`,
    externalId: `${said}-${mark}-${name}`,
    displayName: `${said} ${name}`,
    name: { givenName: said, familyName: said },
    emails: [{ value: `${name}@${domain}`, primary: true }],
  });
  const create = (path: string, body: object) => created(ports, token, path, body);
  const scimUser = await create("/Users", person("user"));
  const leaver = await create("/Users", person("leaver"));
  const members = [{ value: scimUser }, { value: leaver }];
  const scimGroup = await create("/Groups", { displayName: group, externalId: `${said}-${group}`, members });
  await ask(ports, token, "PATCH", `/Users/${leaver}`, {
    Operations: [{ op: "replace", value: { active: false } }],
  });
  return { scimToken, scimUser, scimGroup, group, scimVersion: before.version + 1 };
}

/** For who comes as the directory. */
export async function issueToken({
  browser,
  said,
}: Maker): Promise<{ readonly id: string; readonly token: string }> {
  return issued.parse(dataOf(await browser.mutate("scim.issueToken", { name: said })));
}

async function created(ports: Ports, token: string, path: string, body: object): Promise<string> {
  return identified.parse(await ask(ports, token, "POST", path, body)).id;
}

async function ask(
  { api, said }: Ports,
  key: string,
  method: string,
  path: string,
  body: object,
): Promise<unknown> {
  const headers = { "content-type": "application/scim+json", "x-request-id": `${said}-scim` };
  const answer = await api.request(method, `/scim/v2${path}`, { key, body, headers });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}
