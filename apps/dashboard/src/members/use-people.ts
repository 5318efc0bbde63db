/** The tenant's people, what they were given, and what changes that. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { Outputs } from "../api/trpc.ts";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { usePages } from "../api/use-pages.ts";
import { tellProblem } from "../design/tell-undo.tsx";

export type Member = Outputs["members"]["list"]["items"][number];
export type Role = Outputs["roles"]["list"][number];

const PAGE = 100;

export function useMembers() {
  const trpc = useTRPC();
  const { members } = useTRPCClient();
  return usePages({
    queryKey: trpc.members.list.pathKey(),
    ask: (cursor, signal) =>
      members.list.query({ limit: PAGE, ...(cursor !== null && { cursor }) }, { signal }),
    nextOf: ({ nextCursor }) => nextCursor,
  });
}

export function useRoles() {
  const trpc = useTRPC();
  return useQuery(trpc.roles.list.queryOptions());
}

export function useGrants(userId: string) {
  const trpc = useTRPC();
  return useQuery(trpc.grants.list.queryOptions({ userId, limit: 200 }));
}

/** What anybody may do is asked anew after each of these. */
export function usePeopleMutations() {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const onSettled = () =>
    Promise.all(
      [trpc.members, trpc.grants, trpc.access, trpc.invitations, trpc.roles].map((each) =>
        queries.invalidateQueries({ queryKey: each.pathKey() }),
      ),
    );
  const options = { onSettled, onError: tellProblem };
  return {
    setRole: useMutation(trpc.members.setRole.mutationOptions(options)),
    remove: useMutation(trpc.members.remove.mutationOptions(options)),
    setGrant: useMutation(trpc.grants.set.mutationOptions(options)),
    removeGrant: useMutation(trpc.grants.remove.mutationOptions(options)),
    invite: useMutation(trpc.invitations.create.mutationOptions({ onSettled })),
    revoke: useMutation(trpc.invitations.revoke.mutationOptions(options)),
    createRole: useMutation(trpc.roles.create.mutationOptions({ onSettled })),
    updateRole: useMutation(trpc.roles.update.mutationOptions({ onSettled })),
    deleteRole: useMutation(trpc.roles.delete.mutationOptions(options)),
  };
}
