import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { isCritical } from "./environment-colour.ts";
import { useMaybePlace } from "./place.ts";

/** The frame stands around pages of a project and others: which environment it shows, if any. */
export function useFrameEnvironment() {
  const trpc = useTRPC();
  const { project, env } = useMaybePlace();
  const { data: environments = [] } = useQuery(
    trpc.environments.list.queryOptions({ project: project ?? "" }, { enabled: project !== undefined }),
  );
  const environment =
    environments.find(({ key }) => key === env) ?? environments.find(isCritical) ?? environments[0];
  return { environment: project === undefined ? undefined : environment, environments };
}
