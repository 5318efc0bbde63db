import { z } from "zod";

/** An id as programs hold it, a text as it was answered, for a use case that wants an id of its kind. */
export function idInput<Output>(schema: z.ZodType<Output>) {
  return z.strictObject({ id: z.uuid() }).transform((input) => schema.parse(input));
}
