import { z } from "zod";

/** Of a procedure that takes nothing: whatever is sent is refused, and not passed over. */
export const noInput = z.strictObject({}).optional();
