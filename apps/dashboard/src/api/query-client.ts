import { QueryCache, QueryClient } from "@tanstack/react-query";
import { codeOf } from "./problem.ts";

/** What may be otherwise a moment later; all else a second try makes no better. */
const PASSING = new Set(["unreachable", "unavailable", "internal"]);
const TRIES = 2;

/** @param onSignedOut called when any query finds that the session is over */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (codeOf(error) === "unauthenticated") onSignedOut();
      },
    }),
    defaultOptions: {
      queries: {
        // Changes by others are told by the live feed; what was read a moment ago need not be asked again.
        staleTime: 15_000,
        retry: (failures, error) => PASSING.has(codeOf(error)) && failures < TRIES,
      },
      mutations: { retry: false },
    },
  });
}
