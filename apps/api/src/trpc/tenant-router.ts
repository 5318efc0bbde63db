import { createTenant, createTenantInput, getTenant, getUsage } from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const tenantRouter = router({
  get: procedure("self")
    .input(noInput)
    .query(({ ctx: { caller } }) => getTenant(caller)),
  usage: procedure({ permission: "usage.read", in: "tenant" })
    .input(noInput)
    .query(({ ctx: { caller, live } }) => getUsage(caller, live)),
  create: procedure("whole self")
    .input(createTenantInput)
    .mutation(({ ctx: { caller }, input }) =>
      createTenant(caller, { ...input, ownerId: caller.person.userId, requestId: caller.requestId }),
    ),
});
