import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";
import { codeOf } from "../api/problem.ts";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { useProject } from "../shell/place.ts";

/** The toggle that a first program asks for. */
export const FIRST_TOGGLE = "welcome-banner";

interface FirstSignals {
  readonly keySeenAt: string | null;
  readonly sdk: { readonly name: string; readonly version: string } | null;
  readonly isEvaluated: boolean;
  readonly isRefused: boolean;
}

export interface Connection {
  readonly keyId: string;
  readonly sdkKey: string;
  readonly environment: string;
}

/** Makes a server's key, and the toggle where there is none yet. */
export function useBeginConnection() {
  const client = useTRPCClient();
  const { key: project } = useProject();
  return useMutation({
    mutationFn: async (environment: string): Promise<Connection> => {
      const place = { project, environment };
      await client.toggles.create
        .mutate({
          ...place,
          key: FIRST_TOGGLE,
          description: "Shows whether the first program is connected.",
          default: true,
          enabled: false,
        })
        .catch((error: unknown) => {
          if (codeOf(error) !== "toggle_key_taken") throw error;
        });
      const { id, key } = await client.sdkKeys.issue.mutate({ ...place, kind: "srv", name: "First program" });
      return { keyId: id, sdkKey: key, environment };
    },
  });
}

/** What the program shows of itself, as it is seen. Kept here: the subscription ends with the last sign, and forgets. */
export function useFirstSignals({ keyId, environment }: Connection) {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const [signals, setSignals] = useState<FirstSignals>();
  const { status, error } = useSubscription(
    trpc.onboarding.watch.subscriptionOptions(
      { project, environment, keyId, toggle: FIRST_TOGGLE },
      { onData: setSignals },
    ),
  );
  return { signals, status, error };
}

/** Whether the toggle is on, and the switch for it. */
export function useFirstToggle(environment: string) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const toggle = useQuery(trpc.toggles.get.queryOptions({ project, environment, key: FIRST_TOGGLE }));
  const setting = toggle.data?.settings.find((each) => each.environment === environment);
  const flip = useMutation({
    mutationFn: (enabled: boolean) =>
      client.settings.setEnabled.mutate({
        project,
        environment,
        toggle: FIRST_TOGGLE,
        enabled,
        expectedVersion: setting?.version ?? 1,
      }),
    onSettled: () => queryClient.invalidateQueries(trpc.toggles.get.pathFilter()),
  });
  return { toggle, isOn: setting?.enabled ?? false, flip };
}
