import { newId, type TenantId } from "@burgee/db";
import type { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { addEnvironment } from "../environments/create-environment.ts";
import { AppError } from "../errors/app-error.ts";
import { displayName } from "../names.ts";
import { addProject } from "../projects/create-project.ts";
import { foundTenant } from "../tenants/create-tenant.ts";
import { demandOwnWords } from "./demand-own-words.ts";
import { countSignUp, knowAddress } from "./guesses.ts";
import { hashPassword } from "./passwords.ts";
import { registerUserInput } from "./register-user.ts";
import { FIRST_CREDENTIALS, type SignedIn } from "./sign-in.ts";

export const signUpInput = registerUserInput.extend({ tenant: displayName });

/** Closed, only the very first person of an installation may sign up. */
export type SignUpMode = "open" | "closed";

interface SignUpOptions {
  readonly mode: SignUpMode;
  readonly address: string | undefined;
}

type SignUpPorts = Pick<Caller, "db" | "system" | "nudge" | "requestId" | "traceparent">;

const FIRST_PROJECT = { key: "default", name: "Default" };
const FIRST_ENVIRONMENTS = [
  { key: "development", name: "Development" },
  { key: "staging", name: "Staging" },
  { key: "production", name: "Production" },
];

/**
 * Makes a person and the tenant that they own, with a project and its environments, and lets them in: all of it or nothing.
 * @throws {AppError} "forbidden" where sign-up is closed, "email_taken", "invalid_input", "too_many_guesses"
 */
export async function signUp(
  ports: SignUpPorts,
  input: z.output<typeof signUpInput>,
  { mode, address }: SignUpOptions,
): Promise<SignedIn> {
  const { db, system, nudge } = ports;
  if (mode === "closed" && (await system.credentials.hasPeople())) throw closed();
  await countSignUp(system, address);
  demandOwnWords(input.password, input);

  const passwordHash = await hashPassword(input.password);
  const tenantId = newId<TenantId>();
  const { userId, environments } = await db.transact(tenantId, async (writers) => {
    if (mode === "closed" && !(await writers.tenants.claimFounding())) throw closed();
    const userId = await writers.tenants.addPerson({ email: input.email, name: input.name, passwordHash });
    if (!userId) throw new AppError("email_taken", "This address has an account already; sign in by it.");

    const change = { ...ports, person: { tenantId, userId } };
    await foundTenant(writers, { ...change, name: input.tenant });
    const project = await addProject(change, writers, FIRST_PROJECT);
    const environments = [];
    for (const each of FIRST_ENVIRONMENTS) {
      environments.push(await addEnvironment(change, writers, project, each));
    }
    await appendEntry(writers, tenantId, {
      actor: actorOf(change.person),
      action: "sign_in.succeeded",
      object: `user/${userId}`,
      requestId: ports.requestId,
    });
    return { userId, environments };
  });
  for (const { environmentId, revision } of environments) nudge({ tenantId, environmentId, revision });
  await knowAddress(system, userId, address);
  return { userId, tenantId, credentialsVersion: FIRST_CREDENTIALS };
}

function closed(): AppError {
  return new AppError("forbidden", "Sign-up is closed here; ask somebody of your tenant for an invitation.");
}
