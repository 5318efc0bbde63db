/** The tenant's long jobs that the person may see: asked once, and kept as they go. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useTRPC } from "../api/trpc.ts";
import { tellProblem } from "../design/tell-undo.tsx";
import { isOver, type Job } from "./job.ts";

const ASKED = { limit: 50 };
/** Where a watch is lost, they are asked again all the same. */
const ASK_AGAIN_MS = 10_000;

export function useJobs() {
  const trpc = useTRPC();
  return useQuery(
    trpc.jobs.list.queryOptions(ASKED, {
      refetchInterval: ({ state }) => (state.data?.items.every(isOver) === false ? ASK_AGAIN_MS : false),
    }),
  );
}

/** Keeps one job as it stands from one moment to the next, until it is over. */
export function useWatch(job: Job): void {
  const trpc = useTRPC();
  const put = usePutJob();
  useSubscription(
    trpc.jobs.watch.subscriptionOptions(
      { id: job.id },
      { enabled: !isOver(job), onData: ({ data }) => put(data) },
    ),
  );
}

/** Shows a job that was begun or changed, wherever jobs are shown. */
export function usePutJob() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  return (job: Job) =>
    queries.setQueryData(trpc.jobs.list.queryKey(ASKED), (page) => {
      if (!page) return page;
      const known = page.items.find(({ id }) => id === job.id);
      if (known && known.version >= job.version) return page;
      const items = known
        ? page.items.map((each) => (each.id === job.id ? job : each))
        : [job, ...page.items];
      return { ...page, items };
    });
}

export function useCancelJob() {
  const trpc = useTRPC();
  const put = usePutJob();
  return useMutation(trpc.jobs.cancel.mutationOptions({ onSuccess: put, onError: tellProblem }));
}
