import { listAudit, listAuditInput } from "@burgee/core";
import { procedure, router } from "./trpc.ts";

export const auditRouter = router({
  list: procedure.input(listAuditInput.prefault({})).query(({ ctx, input }) => listAudit(ctx.caller, input)),
});
