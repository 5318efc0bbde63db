/** All of a playground stands in its address, so that a link shows the same to somebody else. */
import { z } from "zod";

const MOST_CONTEXT = 6_000;

export const playgroundSearch = z.object({
  /** As text; an address that somebody wrote by hand has it as it is. */
  context: z
    .preprocess((context) => (typeof context === "object" ? JSON.stringify(context) : context), z.string())
    .refine((text) => text.length <= MOST_CONTEXT)
    .optional()
    .catch(undefined),
  in: z.array(z.string().max(64)).max(50).optional().catch(undefined),
  q: z.string().max(128).optional().catch(undefined),
  /** The result that is open. */
  toggle: z.string().max(128).optional().catch(undefined),
  at: z.string().max(64).optional().catch(undefined),
});
export type PlaygroundSearch = z.output<typeof playgroundSearch>;
