import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { withProof } from "../account/with-proof.tsx";
import type { Inputs, Outputs } from "../api/trpc.ts";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { tellProblem } from "../design/tell-undo.tsx";

export type Connection = Outputs["singleSignOn"]["list"][number];
export type NewConnection = Inputs["singleSignOn"]["create"];

export function useConnections() {
  const trpc = useTRPC();
  return useQuery(trpc.singleSignOn.list.queryOptions());
}

/** Each may ask once more who sits there. */
export function useConnectionMutations() {
  const trpc = useTRPC();
  const { singleSignOn } = useTRPCClient();
  const queries = useQueryClient();
  const onSettled = () => queries.invalidateQueries({ queryKey: trpc.singleSignOn.pathKey() });
  return {
    create: useMutation({
      mutationFn: (input: NewConnection) => withProof(() => singleSignOn.create.mutate(input)),
      onSettled,
    }),
    update: useMutation({
      mutationFn: (input: Inputs["singleSignOn"]["update"]) =>
        withProof(() => singleSignOn.update.mutate(input)),
      onSettled,
    }),
    command: useMutation({
      mutationFn: (work: () => Promise<unknown>) => withProof(work),
      onSettled,
      onError: tellProblem,
    }),
    test: useMutation({
      mutationFn: (connectionId: string) =>
        withProof(() =>
          singleSignOn.test.mutate({
            connectionId,
            returnTo: `${window.location.pathname}?tried=${connectionId}`,
          }),
        ),
      onSuccess: ({ url }) => window.location.assign(url),
      onError: tellProblem,
    }),
  };
}

/** The role that the last successful try came to. */
export function useTriedRole(connection: Pick<Connection, "id" | "tested">) {
  const trpc = useTRPC();
  const entries = useQuery(
    trpc.audit.list.queryOptions(
      { objectKind: "connection", objectKey: connection.id, action: "connection.tested", limit: 1 },
      { enabled: connection.tested },
    ),
  );
  const [last] = entries.data?.items ?? [];
  const role = last?.after && "role" in last.after ? last.after.role : undefined;
  return { at: last?.at, role: typeof role === "string" ? role : undefined };
}
