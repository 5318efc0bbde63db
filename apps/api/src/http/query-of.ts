import { parse } from "node:querystring";
import { NO_QUERY, type RawQuery } from "./inputs.ts";

/**
 * However many parameters there are: the bound on a request's head bounds them.
 * @throws {URIError} for a broken escape, which `parse` would let through as other text than was meant
 */
export function queryOf(url: string): RawQuery {
  const start = url.indexOf("?");
  if (start === -1) return NO_QUERY;
  const query = url.slice(start + 1);
  if (query.includes("%")) decodeURIComponent(query);
  return parse(query, "&", "=", { maxKeys: 0 });
}
