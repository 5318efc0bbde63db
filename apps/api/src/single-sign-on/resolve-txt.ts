import { resolveTxt as resolve } from "node:dns/promises";
import { AppError, type ResolveTxt } from "@burgee/core";

const NOTHING: ReadonlySet<unknown> = new Set(["ENODATA", "ENOTFOUND"]);

/** By the resolvers of this machine. @throws {AppError} "unavailable" where they don't answer */
export const resolveTxt: ResolveTxt = async (name) => {
  try {
    return (await resolve(name)).map((parts) => parts.join(""));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && NOTHING.has(cause.code)) return [];
    throw new AppError("unavailable", "The domain's records can't be looked up at the moment.", { cause });
  }
};
