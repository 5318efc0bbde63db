import { signIn, signInInput } from "@burgee/core";
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

  signIn: openProcedure.input(signInInput).mutation(async ({ ctx, input }) => {
    ctx.demandSameOrigin();
    const signedIn = await signIn(ctx, input);
    await ctx.sessions.end(ctx.cookieHeader);
    ctx.setCookie(await ctx.sessions.begin(signedIn));
    return { tenantId: signedIn.tenantId };
  }),

  signOut: openProcedure.mutation(async ({ ctx }) => {
    ctx.demandSameOrigin();
    ctx.setCookie(await ctx.sessions.end(ctx.cookieHeader));
  }),
});
