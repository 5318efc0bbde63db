import {
  beginAuditExport,
  beginAuditExportInput,
  beginAuditVerification,
  countAuditFacets,
  countAuditFacetsInput,
  getAuditExport,
  getAuditExportInput,
  listAudit,
  listAuditInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { procedure, router } from "./trpc.ts";

export const auditRouter = router({
  facets: procedure({ permission: "audit.read", in: "tenant" })
    .input(countAuditFacetsInput.prefault({}))
    .query(({ ctx, input }) => countAuditFacets(ctx.caller, input)),
  list: procedure({ permission: "audit.read", in: "tenant" })
    .input(listAuditInput.prefault({}))
    .query(({ ctx, input }) => listAudit(ctx.caller, input)),
  /** Begins a job that writes it, or what a filter leaves of it, into a file. */
  export: procedure({ permission: "audit.read", in: "tenant" })
    .input(beginAuditExportInput)
    .mutation(({ ctx: { caller }, input }) => beginAuditExport(caller, input)),
  /** With a link to its file, once it has one. */
  getExport: procedure({ permission: "audit.read", in: "tenant" })
    .input(getAuditExportInput)
    .query(({ ctx: { caller, keyring }, input }) => getAuditExport(caller, keyring, input)),
  /** Begins a job that verifies all of it. */
  verify: procedure({ permission: "audit.read", in: "tenant" })
    .input(noInput)
    .mutation(({ ctx: { caller } }) => beginAuditVerification(caller)),
});
