import { createTenant, createTenantInput, getTenant } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const tenantRouter = router({
  get: procedure.query(({ ctx: { caller } }) => getTenant(caller)),
  create: procedure
    .input(createTenantInput)
    .mutation(({ ctx: { caller }, input }) =>
      createTenant(caller, { ...input, ownerId: caller.person.userId, requestId: caller.requestId }),
    ),
});
