import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Outputs } from "../api/trpc.ts";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { usePages } from "../api/use-pages.ts";
import { useProject } from "../shell/place.ts";

export type Segment = Outputs["segments"]["get"];

const PAGE = 100;

export function useSegments() {
  const trpc = useTRPC();
  const { segments } = useTRPCClient();
  const { key: project } = useProject();
  return usePages({
    queryKey: [...trpc.segments.list.pathKey(), project],
    ask: (cursor, signal) =>
      segments.list.query({ project, limit: PAGE, ...(cursor !== null && { cursor }) }, { signal }),
    nextOf: ({ nextCursor }) => nextCursor,
  });
}

export function useSegmentMutations() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const options = { onSettled: () => queries.invalidateQueries({ queryKey: trpc.segments.pathKey() }) };
  return {
    create: useMutation(trpc.segments.create.mutationOptions(options)),
    update: useMutation(trpc.segments.update.mutationOptions(options)),
    archive: useMutation(trpc.segments.archive.mutationOptions(options)),
  };
}
