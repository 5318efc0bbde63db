import {
  answerSecondFactorInput,
  changePasswordInput,
  listTenants,
  provePersonInput,
  signInInput,
  signUpInput,
  switchTenantInput,
} from "@burgee/core";
import {
  beginSignIn,
  changeOwnPassword,
  finishSignIn,
  moveToTenant,
  proveAgain,
  signUpAndEnter,
} from "../sessions/sign-in-steps.ts";
import { noInput } from "./no-input.ts";
import { cookieProcedure, publicProcedure, router, sessionProcedure } from "./trpc.ts";

export interface SessionView {
  readonly user: { readonly name: string; readonly email: string };
  readonly tenantId: string;
  readonly role: string;
}

/** Sign-in for people, whose browser keeps a session. */
export const authRouter = router({
  session: publicProcedure.input(noInput).query(({ ctx: { session } }): SessionView | null =>
    session
      ? {
          user: { name: session.name, email: session.email },
          tenantId: session.tenantId,
          role: session.role,
        }
      : null,
  ),

  /** Those that the signed-in person may switch to. A key is of one tenant, and tells of no other. */
  tenants: sessionProcedure.input(noInput).query(({ ctx }) => listTenants(ctx, ctx.session.userId)),

  signIn: cookieProcedure.input(signInInput).mutation(({ ctx, input }) => beginSignIn(ctx, input)),

  signUp: cookieProcedure.input(signUpInput).mutation(({ ctx, input }) => signUpAndEnter(ctx, input)),

  answerSecondFactor: cookieProcedure
    .input(answerSecondFactorInput)
    .mutation(({ ctx, input }) => finishSignIn(ctx, input)),

  /** A session is of one tenant at a time. */
  switchTenant: sessionProcedure
    .input(switchTenantInput)
    .mutation(({ ctx, input }) => moveToTenant(ctx, input)),

  /** For what asks to see once more that it is the person who sits there. */
  prove: sessionProcedure.input(provePersonInput).mutation(({ ctx, input }) => proveAgain(ctx, input)),

  changePassword: sessionProcedure
    .input(changePasswordInput)
    .mutation(({ ctx, input }) => changeOwnPassword(ctx, input)),

  signOut: cookieProcedure.input(noInput).mutation(async ({ ctx }) => {
    ctx.setCookie(await ctx.sessions.end(ctx.cookieHeader));
  }),
});
