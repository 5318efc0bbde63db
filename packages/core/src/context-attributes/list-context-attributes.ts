import { z } from "zod";
import type { Caller } from "../access/caller.ts";
import { enterProject, projectScope } from "../access/scope.ts";
import { type ContextAttributeView, contextAttributeView } from "./context-attribute-view.ts";

export const listContextAttributesInput = z.strictObject(projectScope);

/** What a project declares of its contexts, in the order of names. */
export async function listContextAttributes(
  { db, person }: Caller,
  input: z.infer<typeof listContextAttributesInput>,
): Promise<readonly ContextAttributeView[]> {
  return db.read(person.tenantId, async (readers) => {
    const { projectId } = await enterProject(readers, person, "context_attribute.read", input);
    return (await readers.contextAttributes.list(projectId)).map(contextAttributeView);
  });
}
