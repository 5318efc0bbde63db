import { useQueries, useQuery } from "@tanstack/react-query";
import { type Outputs, useTRPC } from "../api/trpc.ts";

export interface ProjectPlaces {
  readonly key: string;
  readonly name: string;
  /** Undefined while they are on their way. */
  readonly environments: Outputs["environments"]["list"] | undefined;
}

/** Every project that the person may read, with its environments. */
export function useAllPlaces() {
  const trpc = useTRPC();
  const projects = useQuery(trpc.projects.list.queryOptions());
  const environments = useQueries({
    queries: (projects.data ?? []).map(({ key }) => trpc.environments.list.queryOptions({ project: key })),
  });
  const places = projects.data?.map(
    ({ key, name }, index): ProjectPlaces => ({ key, name, environments: environments[index]?.data }),
  );
  return { projects, places };
}
