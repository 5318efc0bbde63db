/** Lists that come page by page. tRPC's own way sends a direction along, which the server, strict with inputs, does not know. */
import { type QueryKey, useInfiniteQuery } from "@tanstack/react-query";

export interface AskedPages<Page> {
  readonly queryKey: QueryKey;
  /** @param cursor null for the first page */
  readonly ask: (cursor: string | null, signal: AbortSignal) => Promise<Page>;
  /** Null at the end. */
  readonly nextOf: (page: Page) => string | null;
}

const FIRST: string | null = null;

export function usePages<Page>({ queryKey, ask, nextOf }: AskedPages<Page>) {
  return useInfiniteQuery({
    queryKey: [...queryKey, "pages"],
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    initialPageParam: FIRST,
    getNextPageParam: nextOf,
  });
}
