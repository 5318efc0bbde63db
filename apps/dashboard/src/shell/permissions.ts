/** What the person may do where they are: the server decides, and this is for showing it beforehand. */
import { useQuery } from "@tanstack/react-query";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { useMaybePlace } from "./place.ts";

export type Permission = Outputs["access"]["mine"]["permissions"][number];

/**
 * Whether they have a permission in the page's place. As long as that is not known, everything counts as allowed:
 * the server refuses what is not.
 *
 * @param environment another one of the project than the page's
 */
export function useIsAllowed(permission: Permission, environment?: string): boolean {
  const trpc = useTRPC();
  const { project, env } = useMaybePlace();
  const named = environment ?? env;
  const { data } = useQuery(
    trpc.access.mine.queryOptions(
      project === undefined ? {} : { project, ...(named !== undefined && { environment: named }) },
      { staleTime: 60_000 },
    ),
  );
  return data?.permissions.includes(permission) ?? true;
}
