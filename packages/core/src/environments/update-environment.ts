import { z } from "zod";
import { actorOf, type Caller } from "../access/caller.ts";
import { enterEnvironment, environmentScope } from "../access/scope.ts";
import { appendEntry } from "../audit/append-entry.ts";
import { displayName } from "../names.ts";
import { type EnvironmentView, environmentView } from "./create-environment.ts";

export const updateEnvironmentInput = z.strictObject({
  ...environmentScope,
  name: displayName.optional(),
  critical: z.boolean().optional(),
});

/** Says anew what an environment is called, and whether it is critical; what is left out stays. Its key is for good: programs know it. */
export async function updateEnvironment(
  caller: Caller,
  { name, critical, ...named }: z.output<typeof updateEnvironmentInput>,
): Promise<EnvironmentView> {
  const { db, person, requestId } = caller;
  return db.transact(person.tenantId, async (writers) => {
    const { project, environment } = await enterEnvironment(writers, person, "environment.write", named);
    const before = { name: environment.name, critical: environment.critical };
    const after = { name: name ?? before.name, critical: critical ?? before.critical };
    const saved = await writers.environments.describe(environment.environmentId, after);
    await appendEntry(writers, person.tenantId, {
      actor: actorOf(person),
      action: "environment.updated",
      object: `environment/${project.key}/${environment.key}`,
      environmentId: environment.environmentId,
      requestId,
      before,
      after,
    });
    return environmentView(saved);
  });
}
