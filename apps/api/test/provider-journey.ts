/** The way of a browser to a provider and back, step by step, so that a test may do each of them wrongly. */

import {
  CLIENT_ID,
  CLIENT_SECRET,
  type ScriptedProvider,
  type TokenScript,
} from "@burgee/test-support/scripted-provider";
import { z } from "zod";
import { addMember, type Browser, dataOf, openBrowser } from "./open-browser.ts";
import type { TestApi, TestTenant } from "./start-api.ts";

const begun = z.object({ url: z.url() });
const made = z.object({ id: z.uuid(), version: z.int(), callbackPath: z.string() });
const domained = z.object({ record: z.object({ name: z.string(), value: z.string() }) });

export interface TestConnection {
  readonly id: string;
  readonly tenantId: string;
  readonly version: number;
  readonly callbackPath: string;
}

/** What an owner who just signed in sees of a new connection. */
export async function connect(
  owner: Browser,
  tenant: TestTenant,
  issuer: string,
  more: object = {},
): Promise<TestConnection> {
  const answer = await owner.mutate("singleSignOn.create", {
    name: "Acme",
    issuer,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    roleClaim: "groups",
    roles: { engineers: "editor", heads: "admin" },
    defaultRole: "viewer",
    ...more,
  });
  return { ...made.parse(dataOf(answer)), tenantId: tenant.caller.person.tenantId };
}

/** An owner with a session of their own. */
export async function ownerOf(
  api: TestApi,
  tenant: TestTenant,
): Promise<Browser & { readonly email: string }> {
  const { email } = await addMember(tenant, "owner");
  const browser = openBrowser(api);
  await browser.signIn(email);
  return { ...browser, email };
}

export interface Question {
  readonly url: URL;
  readonly state: string;
  readonly nonce: string;
}

export async function ask(
  browser: Browser,
  connection: TestConnection,
  returnTo?: string,
): Promise<Question> {
  const { id: connectionId, tenantId } = connection;
  return questionIn(await browser.mutate("singleSignOn.begin", { tenantId, connectionId, returnTo }));
}

export function questionIn(answer: Parameters<typeof dataOf>[0]): Question {
  const url = new URL(begun.parse(dataOf(answer)).url);
  const of = (name: string) => url.searchParams.get(name) ?? "";
  return { url, state: of("state"), nonce: of("nonce") };
}

/** The callback that an honest provider sends the browser to. */
export function callbackOf(
  provider: ScriptedProvider,
  { url, state, nonce }: Question,
  script?: TokenScript,
): URL {
  const callback = new URL(url.searchParams.get("redirect_uri") ?? "");
  callback.searchParams.set("code", provider.codeFor({ nonce }, script));
  callback.searchParams.set("state", state);
  callback.searchParams.set("iss", provider.issuer);
  return callback;
}

export interface Arrival {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
  readonly setCookies: readonly string[];
}

/** Comes back to us as a browser does: with its cookies, and following nothing. */
export async function arrive(
  api: TestApi,
  browser: Pick<Browser, "cookies">,
  callback: URL,
): Promise<Arrival> {
  const response = await fetch(`${api.baseUrl}${callback.pathname}${callback.search}`, {
    redirect: "manual",
    headers: { cookie: [...browser.cookies].map((each) => each.join("=")).join("; ") },
  });
  const setCookies = response.headers.getSetCookie();
  for (const line of setCookies) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "") browser.cookies.delete(name);
    else browser.cookies.set(name, value);
  }
  return {
    status: response.status,
    location: response.headers.get("location"),
    body: await response.text(),
    setCookies,
  };
}

/** Tries a connection out, as its owner has to before anybody signs in by it. */
export async function tryOut(
  api: TestApi,
  owner: Browser,
  provider: ScriptedProvider,
  connection: TestConnection,
  script?: TokenScript,
): Promise<Arrival> {
  const question = questionIn(await owner.mutate("singleSignOn.test", { connectionId: connection.id }));
  return arrive(api, owner, callbackOf(provider, question, script));
}

export function recordIn(answer: Parameters<typeof dataOf>[0]) {
  return domained.parse(dataOf(answer)).record;
}
