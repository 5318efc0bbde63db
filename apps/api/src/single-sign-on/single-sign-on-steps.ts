/** From a question to a provider to the cookie of the browser that asks it. */
import {
  type BegunSingleSignOn,
  beginSingleSignOn,
  type beginSingleSignOnInput,
  type Caller,
  testConnection,
  type testConnectionInput,
} from "@burgee/core";
import type { SessionCredential } from "@burgee/db";
import type { z } from "zod";
import type { Context } from "../trpc/context.ts";

/** Where the browser goes next. */
export interface SingleSignOnView {
  readonly url: string;
}

export async function beginAtProvider(
  ctx: Context,
  input: z.output<typeof beginSingleSignOnInput>,
): Promise<SingleSignOnView> {
  return send(ctx, await beginSingleSignOn(ctx, { ...input, address: ctx.address }));
}

export async function testAtProvider(
  ctx: Context & { readonly caller: Caller; readonly session: SessionCredential },
  input: z.output<typeof testConnectionInput>,
): Promise<SingleSignOnView> {
  return send(ctx, await testConnection({ ...ctx, ...ctx.caller }, input));
}

function send(ctx: Context, { url, browserSecret }: BegunSingleSignOn): SingleSignOnView {
  ctx.setCookie(ctx.browserCookie.carrying(browserSecret));
  return { url };
}
