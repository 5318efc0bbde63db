import { Outlet } from "@tanstack/react-router";
import { useProject } from "./place.ts";
import { useLiveChanges } from "./use-live-changes.ts";

/** Around every page of a project, which hears what others change there. */
export function ProjectFrame() {
  const { key } = useProject();
  useLiveChanges(key);
  return <Outlet />;
}
