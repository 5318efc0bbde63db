import { z } from "zod";
import { type Caller, demand } from "../access/caller.ts";
import { findProject, projectScope } from "../access/scope.ts";
import { type ContextAttributeView, contextAttributeView } from "./context-attribute-view.ts";

export const listContextAttributesInput = z.strictObject(projectScope);

/** What a project declares of its contexts, in the order of names. */
export async function listContextAttributes(
  { db, person }: Caller,
  input: z.infer<typeof listContextAttributesInput>,
): Promise<readonly ContextAttributeView[]> {
  demand(person, "context_attribute.read");
  return db.read(person.tenantId, async (readers) => {
    const { projectId } = await findProject(readers, person, input);
    return (await readers.contextAttributes.list(projectId)).map(contextAttributeView);
  });
}
