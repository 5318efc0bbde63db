/** The toggle whose page is open, as every tab of it sees it. */
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { createContext, useContext } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { useEnvironment, useProject } from "../shell/place.ts";

/** With its settings in every environment that the person may read. */
export type Toggle = Outputs["toggles"]["get"];
export type Setting = Toggle["settings"][number];

export const ToggleContext = createContext<Toggle | undefined>(undefined);

/** Only inside the toggle's frame, which shows nothing of its tabs before the toggle is there. */
export function useToggle(): Toggle {
  const toggle = useContext(ToggleContext);
  if (!toggle) throw new Error("This is only there beneath a toggle's page.");
  return toggle;
}

/** Its setting in the environment that the page is about. */
export function useSetting(): Setting {
  const { settings, environment } = useToggle();
  const setting = settings.find((each) => each.environment === environment);
  if (!setting) throw new Error(`The toggle has no setting in ${environment}.`);
  return setting;
}

/** What changes after each change of the toggle: a tab that saves invalidates it. */
export function useToggleQuery() {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const environment = useEnvironment();
  const { toggle: key } = useParams({ from: "/signed-in/t/$tenant/p/$project/toggles/$toggle" });
  return useQuery(
    trpc.toggles.get.queryOptions(
      { project, environment: environment?.key ?? "", key },
      { enabled: environment !== undefined },
    ),
  );
}
