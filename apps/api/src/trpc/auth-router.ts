import { AppError, listTenants, signIn, signInInput, switchTenant, switchTenantInput } from "@burgee/core";
import type { SessionCredential } from "@burgee/db";
import type { Context } from "./context.ts";
import { openProcedure, router } from "./trpc.ts";

export interface SessionView {
  readonly user: { readonly name: string; readonly email: string };
  readonly tenantId: string;
  readonly role: string;
}

/** Sign-in for people, whose browser keeps a session. The only procedures that need neither key nor session. */
export const authRouter = router({
  session: openProcedure.query(({ ctx: { session } }): SessionView | null =>
    session
      ? {
          user: { name: session.name, email: session.email },
          tenantId: session.tenantId,
          role: session.role,
        }
      : null,
  ),

  /** Those that the signed-in person may switch to. A key is of one tenant, and tells of no other. */
  tenants: openProcedure.query(({ ctx }) => listTenants(ctx, demandSession(ctx).userId)),

  signIn: openProcedure.input(signInInput).mutation(async ({ ctx, input }) => {
    ctx.demandSameOrigin();
    const signedIn = await signIn(ctx, input);
    await ctx.sessions.end(ctx.cookieHeader);
    ctx.setCookie(await ctx.sessions.begin(signedIn));
    return { tenantId: signedIn.tenantId };
  }),

  /** A session is of one tenant; another tenant takes another session. */
  switchTenant: openProcedure.input(switchTenantInput).mutation(async ({ ctx, input }) => {
    ctx.demandSameOrigin();
    const { userId } = demandSession(ctx);
    const signedIn = await switchTenant(ctx, { ...input, userId });
    await ctx.sessions.end(ctx.cookieHeader);
    ctx.setCookie(await ctx.sessions.begin(signedIn));
    return { tenantId: signedIn.tenantId };
  }),

  signOut: openProcedure.mutation(async ({ ctx }) => {
    ctx.demandSameOrigin();
    ctx.setCookie(await ctx.sessions.end(ctx.cookieHeader));
  }),
});

function demandSession({ session }: Pick<Context, "session">): SessionCredential {
  if (session) return session;
  throw new AppError("unauthenticated", "Sign in first: a key can't stand in for a session here.");
}
