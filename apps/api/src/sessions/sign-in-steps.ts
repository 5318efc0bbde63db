/** From what a person shows to a cookie of their browser. */
import {
  answerSecondFactor,
  type answerSecondFactorInput,
  changePassword,
  type changePasswordInput,
  confirmSecondFactor,
  type confirmSecondFactorInput,
  joinAsSelf,
  joinByPassword,
  type joinInput,
  leaveTenant,
  type openInvitationInput,
  type PasswordOutcome,
  provePerson,
  type provePersonInput,
  type RecoveryCodesView,
  type SignedIn,
  signIn,
  type signInInput,
  signUp,
  type signUpInput,
  switchTenant,
  type switchTenantInput,
} from "@burgee/core";
import type { SessionCredential } from "@burgee/db";
import type { z } from "zod";
import type { Context } from "../trpc/context.ts";

type WithSession = Context & { readonly session: SessionCredential };

export type SignInView =
  | { readonly status: "signed_in"; readonly tenantId: string }
  | { readonly status: "second_factor_needed" };

/** A session, or for who has a second factor the way to the second step. */
export async function beginSignIn(ctx: Context, input: z.output<typeof signInInput>): Promise<SignInView> {
  return followPassword(ctx, await signIn(ctx, { ...input, address: ctx.address }));
}

/** By an invitation's link, and a password. */
export async function joinAndEnter(ctx: Context, input: z.output<typeof joinInput>): Promise<SignInView> {
  return followPassword(ctx, await joinByPassword(ctx, input, ctx.address));
}

/** By an invitation's link, for who is signed in: their session goes on in the tenant that they joined. */
export async function acceptAsSelf(
  ctx: WithSession,
  input: z.output<typeof openInvitationInput>,
): Promise<{ readonly tenantId: string }> {
  const tenantId = await joinAsSelf(ctx, input, ctx.session);
  ctx.setCookie(await ctx.sessions.rotate(ctx.session, { tenantId }));
  return { tenantId };
}

async function followPassword(ctx: Context, outcome: PasswordOutcome): Promise<SignInView> {
  if (outcome.status === "signed_in") return beginSession(ctx, outcome.signedIn);
  ctx.setCookie(ctx.pendingCookie.carrying(outcome.pendingId));
  return { status: outcome.status };
}

export async function finishSignIn(
  ctx: Context,
  { code }: z.output<typeof answerSecondFactorInput>,
): Promise<SignInView> {
  const { cookieHeader, pendingCookie, address } = ctx;
  const pendingId = pendingCookie.idIn(cookieHeader);
  const signedIn = await answerSecondFactor(ctx, { code, pendingId, address });
  ctx.setCookie(pendingCookie.blank());
  return beginSession(ctx, signedIn);
}

/** A new person, who is signed in to the tenant that they founded. */
export async function signUpAndEnter(ctx: Context, input: z.output<typeof signUpInput>): Promise<SignInView> {
  const { signUpMode: mode, address } = ctx;
  return beginSession(ctx, await signUp(ctx, input, { mode, address }));
}

/** The session goes on in the other tenant, with another id and the same last moment. */
export async function moveToTenant(
  ctx: WithSession,
  input: z.output<typeof switchTenantInput>,
): Promise<{ readonly tenantId: string }> {
  const tenantId = await switchTenant(ctx, { ...input, userId: ctx.session.userId });
  ctx.setCookie(await ctx.sessions.rotate(ctx.session, { tenantId }));
  return { tenantId };
}

/** The session was in that tenant, and has ended with the membership. */
export async function leaveAndEnd(ctx: WithSession): Promise<void> {
  await leaveTenant(ctx, ctx.session);
  ctx.setCookie(await ctx.sessions.end(ctx.cookieHeader));
}

export async function proveAgain(ctx: WithSession, input: z.output<typeof provePersonInput>): Promise<void> {
  await provePerson(ctx, input, ctx.session);
  ctx.setCookie(await ctx.sessions.rotate(ctx.session, { isProved: true }));
}

export async function changeOwnPassword(
  ctx: WithSession,
  input: z.output<typeof changePasswordInput>,
): Promise<void> {
  await changePassword(ctx, input, ctx.session);
  ctx.setCookie(await ctx.sessions.rotate(ctx.session));
}

export async function confirmOwnFactor(
  ctx: WithSession,
  input: z.output<typeof confirmSecondFactorInput>,
): Promise<RecoveryCodesView> {
  const codes = await confirmSecondFactor(ctx, input, ctx.session);
  ctx.setCookie(await ctx.sessions.rotate(ctx.session, { isProved: true }));
  return codes;
}

/** The session that the browser had before is worth nothing any more. */
async function beginSession(ctx: Context, signedIn: SignedIn): Promise<SignInView> {
  const cookie = await ctx.sessions.begin(signedIn, ctx.userAgent);
  await ctx.sessions.end(ctx.cookieHeader);
  ctx.setCookie(cookie);
  return { status: "signed_in", tenantId: signedIn.tenantId };
}
