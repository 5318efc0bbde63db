import { countAuditFacets, countAuditFacetsInput, listAudit, listAuditInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const auditRouter = router({
  facets: procedure
    .input(countAuditFacetsInput.prefault({}))
    .query(({ ctx, input }) => countAuditFacets(ctx.caller, input)),
  list: procedure.input(listAuditInput.prefault({})).query(({ ctx, input }) => listAudit(ctx.caller, input)),
});
