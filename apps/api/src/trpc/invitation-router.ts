import {
  invite,
  inviteInput,
  joinInput,
  listInvitations,
  openInvitation,
  openInvitationInput,
  revokeInvitation,
  revokeInvitationInput,
} from "@burgee/core";
import { acceptAsSelf, joinAndEnter } from "../sessions/sign-in-steps.ts";
import { noInput } from "./no-input.ts";
import { cookieProcedure, procedure, router, sessionProcedure } from "./trpc.ts";

const inviting = procedure({ permission: "member.write", in: "tenant" });

export const invitationRouter = router({
  list: inviting.input(noInput).query(({ ctx }) => listInvitations(ctx.caller)),
  create: inviting
    .input(inviteInput)
    .mutation(({ ctx, input }) => invite(ctx.caller, ctx.invitationDelivery, input)),
  revoke: inviting
    .input(revokeInvitationInput)
    .mutation(({ ctx, input }) => revokeInvitation(ctx.caller, input)),

  /** Tells what a link is for. No query, so that what the link carries stays out of addresses. */
  open: cookieProcedure.input(openInvitationInput).mutation(({ ctx, input }) => openInvitation(ctx, input)),
  join: cookieProcedure.input(joinInput).mutation(({ ctx, input }) => joinAndEnter(ctx, input)),
  accept: sessionProcedure.input(openInvitationInput).mutation(({ ctx, input }) => acceptAsSelf(ctx, input)),
});
