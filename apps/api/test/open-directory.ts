/** A tenant's directory as we hear it: requests of SCIM by the tenant's token, from owners who let it in. */
import { z } from "zod";
import { addMember, type Browser, dataOf, openBrowser } from "./open-browser.ts";
import type { TestAnswer, TestApi, TestTenant } from "./start-api.ts";

const issued = z.object({ id: z.uuid(), token: z.string() });
const made = z.object({ id: z.uuid() });

export interface TestDirectory {
  readonly tenant: TestTenant;
  /** An owner's, who just signed in. */
  readonly owner: Browser;
  readonly tokenId: string;
  readonly token: string;
  readonly connectionId: string;
  /** Proved to be the tenant's. */
  readonly domain: string;
  ask(
    method: string,
    path: string,
    body?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<TestAnswer>;
  /** The id of what was created. */
  create(path: "/Users" | "/Groups", body: object): Promise<string>;
}

let directories = 0;

export async function openDirectory(api: TestApi, tenant?: TestTenant): Promise<TestDirectory> {
  directories += 1;
  const own = tenant ?? (await api.addTenant());
  const domain = `directory-${directories}.example`;
  const owner = openBrowser(api);
  await owner.signIn((await addMember(own, "owner")).email);
  const connection = await owner.mutate("singleSignOn.create", {
    name: "Acme",
    issuer: "https://login.example.com",
    clientId: "burgee",
    clientSecret: "not told",
  });
  const { id: connectionId } = made.parse(dataOf(connection));
  await proveDomain(own, owner, connectionId, domain);
  const { id: tokenId, token } = issued.parse(
    dataOf(await owner.mutate("scim.issueToken", { name: "Okta" })),
  );

  const ask: TestDirectory["ask"] = (method, path, body, headers = {}) =>
    api.request(method, `/scim/v2${path}`, {
      key: token,
      ...(body === undefined ? {} : { body, headers: { "content-type": "application/scim+json" } }),
      ...(Object.keys(headers).length > 0 && {
        headers: { ...(body === undefined ? {} : { "content-type": "application/scim+json" }), ...headers },
      }),
    });
  return {
    tenant: own,
    owner,
    tokenId,
    token,
    connectionId,
    domain,
    ask,
    create: async (path, body) => {
      const answer = await ask("POST", path, body);
      if (answer.status !== 201) throw new Error(`${path} was refused: ${answer.text}`);
      return made.parse(answer.body).id;
    },
  };
}

/** As if its TXT record had been seen. */
export async function proveDomain(
  tenant: TestTenant,
  owner: Browser,
  connectionId: string,
  domain: string,
): Promise<void> {
  await owner.mutate("singleSignOn.addDomain", { connectionId, domain });
  const { db, person } = tenant.caller;
  await db.transact(person.tenantId, ({ connections }) => connections.setProved(domain));
}
