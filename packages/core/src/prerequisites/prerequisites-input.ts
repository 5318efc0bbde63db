import { WRITE_LIMITS } from "@burgee/engine";
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { storedText, toggleKey } from "../names.ts";

/** Other toggles, each with the variants that it must serve before this one is more than off. */
export const prerequisitesInput = z
  .array(
    z.strictObject({
      toggle: toggleKey,
      variants: z
        .array(storedText(64))
        .min(1, "Name the variants that will do.")
        .max(LIMITS.variantsPerToggle),
    }),
  )
  .max(WRITE_LIMITS.prerequisites, `A toggle has at most ${WRITE_LIMITS.prerequisites} prerequisites.`);
