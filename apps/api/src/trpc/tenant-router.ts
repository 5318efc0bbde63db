import {
  beginDataKeyRotation,
  cancelDeletion,
  createTenant,
  createTenantInput,
  deleteTenant,
  deleteTenantInput,
  getDeletion,
  getDeletionInput,
  getTenant,
  getUsage,
  listSigningKeys,
  rotateSigningKey,
  rotateSigningKeyInput,
} from "@burgee/core";
import { noInput } from "./no-input.ts";
import { personProcedure, procedure, publicProcedure, router } from "./trpc.ts";

const ownerProcedure = personProcedure({ permission: "tenant.delete", in: "tenant" });

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
  /** Closes the tenant at once; it is erased after a while, in which an owner may keep it. */
  delete: ownerProcedure
    .input(deleteTenantInput)
    .mutation(({ ctx, input }) => deleteTenant({ ...ctx, ...ctx.caller }, input)),
  cancelDeletion: ownerProcedure.input(noInput).mutation(({ ctx: { caller } }) => cancelDeletion(caller)),
  /** The public halves of the keys that sign rulesets. */
  signingKeys: procedure({ permission: "sdk_key.read", in: "tenant" })
    .input(noInput)
    .query(({ ctx: { caller } }) => listSigningKeys(caller)),
  rotateSigningKey: procedure({ permission: "sdk_key.write", in: "tenant" })
    .input(rotateSigningKeyInput)
    .mutation(({ ctx: { caller, keyring }, input }) => rotateSigningKey({ ...caller, keyring }, input)),
  /** Gives the tenant a new key by which its secrets are sealed: begins a job. */
  rotateDataKey: procedure({ permission: "sdk_key.write", in: "tenant" })
    .input(noInput)
    .mutation(({ ctx: { caller } }) => beginDataKeyRotation(caller)),
  /** By the receipt alone: who asks may belong to no tenant by then. */
  deletion: publicProcedure.input(getDeletionInput).query(({ ctx, input }) => getDeletion(ctx, input)),
});
