/** What flows begin with: the product that runs, a page of a person in it, and a client that prepares what the flow is not about. */
import type { AppRouter } from "@burgee/api/router";
import { createTRPCClient, httpLink } from "@trpc/client";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, inject, test } from "vitest";
import type { Product } from "./start-product.ts";

/** Every role that a new tenant has. */
export type Role = "owner" | "admin" | "editor" | "viewer";

export type Client = ReturnType<typeof clientOf>;

/** A flow needs a browser: where there is none it is skipped by its name. */
export const flow = test.skipIf(inject("productDoor") === undefined);

let opening: Promise<Product> | undefined;
let connecting: Promise<Browser> | undefined;
const contexts: BrowserContext[] = [];
const cookies = new Map<Role, Promise<string>>();

// Its start is no part of a flow's time.
beforeAll(async () => {
  if (inject("productDoor") !== undefined) await openProduct();
});
afterAll(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  await (await connecting)?.close();
});

/** The one of this run; started by whoever asks first. */
export function openProduct(): Promise<Product> {
  opening ??= ask();
  return opening;
}

/** A page of a browser that knows nobody. */
export async function freshPage(): Promise<Page> {
  const { url, browser } = await openProduct();
  connecting ??= chromium.connect(browser);
  const context = await (await connecting).newContext({
    baseURL: url,
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(15_000);
  contexts.push(context);
  return context.newPage();
}

/** A page of somebody of the demo tenant, signed in. */
export async function signedInPage(role: Role = "owner"): Promise<Page> {
  const { url } = await openProduct();
  const page = await freshPage();
  const cookie = await cookieOf(role);
  const [name = "", value = ""] = cookie.split("=");
  await page.context().addCookies([{ name, value, url }]);
  return page;
}

/** The demo tenant's owner as a program, for what a flow is not about. */
export async function ownerClient(): Promise<Client> {
  const { url, personalKey } = await openProduct();
  return clientOf(url, { authorization: `Bearer ${personalKey}` });
}

function clientOf(url: string, headers: Record<string, string>) {
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${url}/trpc`, headers })] });
}

async function ask(): Promise<Product> {
  const door = inject("productDoor");
  if (door === undefined) throw new Error("This machine has no browser.");
  const answer = await fetch(door);
  if (!answer.ok) throw new Error(`The product did not start: ${await answer.text()}`);
  return (await answer.json()) as Product;
}

function cookieOf(role: Role): Promise<string> {
  const known = cookies.get(role);
  if (known) return known;
  const cookie = role === "owner" ? signIn() : join(role);
  cookies.set(role, cookie);
  return cookie;
}

async function signIn(): Promise<string> {
  const { email, password } = await openProduct();
  return cookieFrom("auth.signIn", { email, password });
}

/** A new member of that role. */
async function join(role: Exclude<Role, "owner">): Promise<string> {
  const owner = await ownerClient();
  const person = `${role}-${Date.now().toString(36)}`;
  const { link } = await owner.invitations.create.mutate({ email: `${person}@example.com`, role });
  const token = new URL(link ?? "").hash.slice(1);
  return cookieFrom("invitations.join", { token, name: person, password: "correct horse battery staple" });
}

async function cookieFrom(procedure: string, input: object): Promise<string> {
  const { url } = await openProduct();
  const answer = await fetch(`${url}/trpc/${procedure}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url },
    body: JSON.stringify(input),
  });
  const [cookie] = answer.headers.getSetCookie();
  if (!answer.ok || cookie === undefined) throw new Error(`${procedure}: ${await answer.text()}`);
  return cookie.split(";")[0] ?? "";
}
