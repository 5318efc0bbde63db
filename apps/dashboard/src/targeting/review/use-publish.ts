/** Saves a draft, or plans it for a moment. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Outputs, useTRPC } from "../../api/trpc.ts";
import type { SettingInput } from "../draft/draft.ts";
import type { DraftPlace } from "../draft/kept-drafts.ts";

export interface Publication {
  readonly setting: SettingInput;
  readonly expectedVersion: number;
  readonly comment: string;
}

/** @param onPublished told at once, before what was published is read again */
export function usePublish(
  { project, environment, toggle }: DraftPlace,
  onPublished: (setting: Outputs["settings"]["update"]["settings"][number]) => void,
) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refresh = async () => {
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.settings.pathKey() }),
      queryClient.invalidateQueries({ queryKey: trpc.scheduledChanges.pathKey() }),
    ]);
  };
  const update = useMutation(
    trpc.settings.update.mutationOptions({
      onSuccess: ({ settings }) => settings.forEach(onPublished),
      onSettled: refresh,
    }),
  );
  const schedule = useMutation(trpc.scheduledChanges.create.mutationOptions({ onSettled: refresh }));
  const place = { project, environment, toggle };
  return {
    now: ({ setting, expectedVersion, comment }: Publication) =>
      update.mutateAsync({ ...place, ...setting, expectedVersion, ...(comment !== "" && { comment }) }),
    /** @param local as clocks here show it */
    at: (local: string, { setting, expectedVersion, comment }: Publication) =>
      schedule.mutateAsync({
        ...place,
        at: { local, zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        expectedVersion,
        change: { type: "update", ...setting, ...(comment !== "" && { comment }) },
      }),
    isPending: update.isPending || schedule.isPending,
    error: update.error ?? schedule.error,
    reset: () => {
      update.reset();
      schedule.reset();
    },
  };
}
