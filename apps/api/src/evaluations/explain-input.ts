import { z } from "zod";

/** In a query: whether evaluations are explained. No attribute there. */
export const explainInput = z
  .enum(["true", "false"], { error: "Give true or false, once." })
  .default("false")
  .transform((explain) => explain === "true");
