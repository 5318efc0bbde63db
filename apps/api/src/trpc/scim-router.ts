import {
  getScimRoles,
  issueScimToken,
  issueScimTokenInput,
  listScimTokens,
  revokeScimToken,
  revokeScimTokenInput,
  rotateScimToken,
  rotateScimTokenInput,
  setScimRoles,
  setScimRolesInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { personProcedure, procedure, router } from "./trpc.ts";

const NEEDED = { permission: "scim.write", in: "tenant" } as const;
const ownerProcedure = personProcedure(NEEDED);

/** What lets a tenant's directory in, and what its groups give. */
export const scimRouter = router({
  listTokens: procedure(NEEDED)
    .input(noInput)
    .query(({ ctx: { caller } }) => listScimTokens(caller)),
  issueToken: ownerProcedure
    .input(issueScimTokenInput)
    .mutation(({ ctx, input }) => issueScimToken({ ...ctx.caller, session: ctx.session }, input)),
  rotateToken: ownerProcedure
    .input(rotateScimTokenInput)
    .mutation(({ ctx, input }) => rotateScimToken({ ...ctx.caller, session: ctx.session }, input)),
  revokeToken: ownerProcedure
    .input(revokeScimTokenInput)
    .mutation(({ ctx, input }) => revokeScimToken({ ...ctx.caller, session: ctx.session }, input)),
  getRoles: procedure(NEEDED)
    .input(noInput)
    .query(({ ctx: { caller } }) => getScimRoles(caller)),
  setRoles: ownerProcedure
    .input(setScimRolesInput)
    .mutation(({ ctx, input }) => setScimRoles({ ...ctx.caller, session: ctx.session }, input)),
});
