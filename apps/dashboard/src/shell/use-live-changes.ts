import { useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useEffect, useRef } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { noteChange, setLiveStatus } from "./live-store.ts";

/** Changes that come together are asked for together. */
const TOGETHER_MS = 150;

/** Hears what changes in a project, and has what is on the page of it asked for anew. */
export function useLiveChanges(project: string): void {
  const trpc = useTRPC();
  const refresh = useRefresh();
  const { status } = useSubscription(
    trpc.live.changes.subscriptionOptions(
      { project },
      {
        onData: ({ data }) => {
          if (data.type === "change") noteChange(data);
          if (data.type === "change") refresh(data.objectKind);
          if (data.type === "missed") refresh(undefined);
        },
      },
    ),
  );
  useEffect(() => {
    const tell = () => {
      if (!navigator.onLine) setLiveStatus("offline");
      else setLiveStatus(status === "pending" ? "connected" : "reconnecting");
    };
    tell();
    window.addEventListener("online", tell);
    window.addEventListener("offline", tell);
    return () => {
      window.removeEventListener("online", tell);
      window.removeEventListener("offline", tell);
      setLiveStatus(undefined);
    };
  }, [status]);
}

type Routers = keyof Outputs;

/** What a change of such an object shows in. Objects that are not here show in everything. */
const SHOWN_IN: Readonly<Record<string, readonly Routers[]>> = {
  toggle: ["toggles", "settings", "rollouts", "audit"],
  segment: ["segments", "toggles", "audit"],
  segment_list: ["segments", "audit"],
  "context-attribute": ["contextAttributes", "toggles", "audit"],
  "rollout-plan": ["rollouts", "toggles", "settings", "audit"],
  "scheduled-change": ["scheduledChanges", "toggles", "audit"],
  environment: ["environments", "toggles", "settings", "audit"],
  project: ["projects", "audit"],
  "sdk-key": ["sdkKeys", "audit"],
  webhook: ["webhooks", "audit"],
};

function useRefresh(): (objectKind: string | undefined) => void {
  const queryClient = useQueryClient();
  const waiting = useRef<Set<string | undefined>>(new Set());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (objectKind) => {
    waiting.current.add(objectKind);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const kinds = [...waiting.current];
      waiting.current.clear();
      const routers = kinds.map((kind) => (kind === undefined ? undefined : SHOWN_IN[kind]));
      const isAll = routers.includes(undefined);
      const named = new Set<string>(routers.flatMap((each) => each ?? []));
      void queryClient.invalidateQueries({
        predicate: ({ queryKey: [path] }) => isAll || (Array.isArray(path) && named.has(String(path[0]))),
      });
    }, TOGETHER_MS);
  };
}
