/** What stands behind each tab of a toggle, from the left to the right. Whoever builds one adds its line. */
import type { LinkProps } from "@tanstack/react-router";

interface ToggleTab {
  readonly label: string;
  readonly to: LinkProps["to"];
}

export const TOGGLE_TABS = [
  { label: "Targeting", to: "/t/$tenant/p/$project/toggles/$toggle/targeting" },
  { label: "Variants", to: "/t/$tenant/p/$project/toggles/$toggle/variants" },
  { label: "Rollout", to: "/t/$tenant/p/$project/toggles/$toggle/rollout" },
  { label: "Environments", to: "/t/$tenant/p/$project/toggles/$toggle/environments" },
  { label: "Insights", to: "/t/$tenant/p/$project/toggles/$toggle/insights" },
  { label: "History", to: "/t/$tenant/p/$project/toggles/$toggle/history" },
  { label: "Settings", to: "/t/$tenant/p/$project/toggles/$toggle/settings" },
] as const satisfies readonly ToggleTab[];
