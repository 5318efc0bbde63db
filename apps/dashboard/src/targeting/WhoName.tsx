import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";

const KINDS: Readonly<Record<string, string>> = {
  rollout: "a rollout plan",
  schedule: "a scheduled change",
  scim: "a directory",
  system: "Burgee",
  anonymous: "somebody unknown",
};

/** Who did something, by name where names may be read. */
export function WhoName({ actor }: { readonly actor: string }) {
  const trpc = useTRPC();
  const [kind = "", id = ""] = actor.split(":");
  const members = useQuery(
    trpc.members.list.queryOptions(
      { limit: 200 },
      { enabled: kind === "user", staleTime: 300_000, retry: false },
    ),
  );
  if (kind !== "user") return <>{KINDS[kind] ?? actor}</>;
  return <>{members.data?.items.find(({ userId }) => userId === id)?.name ?? `user ${id.slice(0, 8)}`}</>;
}
