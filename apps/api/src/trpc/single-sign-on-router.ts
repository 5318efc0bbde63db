import {
  addDomain,
  addDomainInput,
  beginSingleSignOnInput,
  connectionInput,
  createConnection,
  createConnectionInput,
  domainInput,
  enforceConnection,
  enforceConnectionInput,
  findConnection,
  findConnectionInput,
  listConnections,
  proveDomain,
  removeConnection,
  removeDomain,
  testConnectionInput,
  updateConnection,
  updateConnectionInput,
} from "@burgee/core";
import { beginAtProvider, testAtProvider } from "../single-sign-on/single-sign-on-steps.ts";
import { noInput } from "./no-input.ts";
import { cookieProcedure, personProcedure, procedure, publicProcedure, router } from "./trpc.ts";

const NEEDED = { permission: "single_sign_on.write", in: "tenant" } as const;
const ownerProcedure = personProcedure(NEEDED);

/** Sign-in by a tenant's own OpenID provider. */
export const singleSignOnRouter = router({
  /** By an address's domain alone; a mutation, for it counts who asks. */
  find: publicProcedure
    .input(findConnectionInput)
    .mutation(({ ctx, input }) => findConnection(ctx, { ...input, address: ctx.address })),
  begin: cookieProcedure
    .input(beginSingleSignOnInput)
    .mutation(({ ctx, input }) => beginAtProvider(ctx, input)),

  list: procedure(NEEDED)
    .input(noInput)
    .query(({ ctx: { caller } }) => listConnections(caller)),
  create: ownerProcedure
    .input(createConnectionInput)
    .mutation(({ ctx, input }) => createConnection({ ...ctx, ...ctx.caller }, input)),
  update: ownerProcedure
    .input(updateConnectionInput)
    .mutation(({ ctx, input }) => updateConnection({ ...ctx, ...ctx.caller }, input)),
  remove: ownerProcedure
    .input(connectionInput)
    .mutation(({ ctx, input }) => removeConnection({ ...ctx, ...ctx.caller }, input)),
  addDomain: ownerProcedure
    .input(addDomainInput)
    .mutation(({ ctx, input }) => addDomain({ ...ctx, ...ctx.caller }, input)),
  proveDomain: ownerProcedure
    .input(domainInput)
    .mutation(({ ctx, input }) => proveDomain({ ...ctx, ...ctx.caller }, input)),
  removeDomain: ownerProcedure
    .input(domainInput)
    .mutation(({ ctx, input }) => removeDomain({ ...ctx, ...ctx.caller }, input)),
  /** Sends the browser to the provider and back; the connection is tested once that succeeded. */
  test: ownerProcedure.input(testConnectionInput).mutation(({ ctx, input }) => testAtProvider(ctx, input)),
  enforce: ownerProcedure
    .input(enforceConnectionInput)
    .mutation(({ ctx, input }) => enforceConnection({ ...ctx, ...ctx.caller }, input)),
});
