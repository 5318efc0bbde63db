/** What routes say of their input. */
import { LIMITS } from "@burgee/core";
import { z } from "zod";

/** A name that is repeated has several values. */
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Of an address without one. */
export const NO_QUERY: RawQuery = Object.freeze({});

/** The query as it came, whatever is in it. */
export const rawQuery = z.custom<RawQuery>();

/** Of a page. A query holds texts only. */
export const limitInQuery = z
  .string()
  .regex(/^\d{1,4}$/, "Give a whole number.")
  .transform(Number)
  .pipe(z.int().min(1).max(LIMITS.pageSize))
  .default(50);

/** A body is passed over, unread. */
export const noBody: z.ZodType<undefined> = z.undefined();

/** A body of a protocol that has more than we keep: it is taken whatever is in it, and what is named of it is read by core. */
export const foreignBody: z.ZodType<unknown> = z.unknown();
