/** A person's browser as far as tRPC sees it: it keeps cookies, and says from which page it asks. */
import { registerUser } from "@burgee/core";
import type { Role, UserId } from "@burgee/db";
import { z } from "zod";
import type { TestAnswer, TestApi, TestTenant } from "./start-api.ts";

export const PASSWORD = "correct horse battery";

export interface Browser {
  /** By name; empty ones are gone. */
  readonly cookies: Map<string, string>;
  query(procedure: string, input?: unknown): Promise<TestAnswer>;
  mutate(procedure: string, input?: unknown, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  signIn(email: string, password?: string): Promise<TestAnswer>;
}

export interface BrowserOptions {
  readonly origin?: string;
  readonly userAgent?: string;
}

const answered = z.object({ result: z.object({ data: z.unknown() }) });
const refused = z.object({
  error: z.object({ data: z.object({ problem: z.object({ code: z.string() }) }) }),
});

export function openBrowser(
  api: TestApi,
  { origin = `http://localhost:${api.port}`, userAgent = "Test" }: BrowserOptions = {},
): Browser {
  const cookies = new Map<string, string>();
  const headers = () => ({
    "user-agent": userAgent,
    ...(cookies.size > 0 ? { cookie: [...cookies].map((cookie) => cookie.join("=")).join("; ") } : {}),
  });
  const keep = (answer: TestAnswer) => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const mutate: Browser["mutate"] = async (procedure, body = {}, more = {}) =>
    keep(
      await api.request("POST", `/trpc/${procedure}`, { headers: { origin, ...headers(), ...more }, body }),
    );
  return {
    cookies,
    query: async (procedure, input) => {
      const asked = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
      return keep(await api.request("GET", `/trpc/${procedure}${asked}`, { headers: headers() }));
    },
    mutate,
    signIn: (email, password = PASSWORD) => mutate("auth.signIn", { email, password }),
  };
}

let people = 0;

/** Somebody new in a tenant, who signs in with {@link PASSWORD}. */
export async function addMember(
  tenant: TestTenant,
  role: Role = "editor",
): Promise<{ readonly email: string; readonly userId: UserId }> {
  people += 1;
  const email = `somebody-${people}@example.com`;
  const { db, system, person } = tenant.caller;
  const userId = await registerUser({ system }, { email, name: "Ana", password: PASSWORD });
  await db.transact(person.tenantId, ({ tenants }) => tenants.addMember(userId, role));
  return { email, userId };
}

/** What a call was answered with. */
export function dataOf({ body }: TestAnswer): unknown {
  return answered.parse(body).result.data;
}

/** Why a call was refused; undefined for one that was not. */
export function codeOf({ body }: TestAnswer): string | undefined {
  return refused.safeParse(body).data?.error.data.problem.code;
}
