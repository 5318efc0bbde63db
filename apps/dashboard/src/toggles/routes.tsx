import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { z } from "zod";
import { projectRoute } from "../shell/parents.ts";
import { toggleRoute } from "./toggle-route.ts";
import { TOGGLE_TABS } from "./toggle-tabs.ts";

const listSearch = z.object({
  /** What is searched for, in the language of `search-syntax.ts`. */
  q: z.string().max(1000).optional().catch(undefined),
  sort: z.enum(["key", "changed"]).optional().catch(undefined),
  /** The keys of the environments that have a column, with commas. */
  show: z.string().max(300).optional().catch(undefined),
});

const listRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "toggles",
  validateSearch: listSearch,
  component: lazyRouteComponent(() => import("./ToggleList.tsx"), "ToggleList"),
});

/** Not beneath the list, where it would hide a toggle of that key. */
const createToggleRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "new-toggle",
  component: lazyRouteComponent(() => import("./CreateToggle.tsx"), "CreateToggle"),
});

const firstTabRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "/",
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: TOGGLE_TABS[0].to, params, search, replace: true });
  },
});

const environmentsTabRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "environments",
  component: lazyRouteComponent(() => import("./EnvironmentsTab.tsx"), "EnvironmentsTab"),
});

const settingsTabRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./SettingsTab.tsx"), "SettingsTab"),
});

/** Under the project's route. */
export const toggleRoutes = [listRoute, createToggleRoute] as const;
/** Under the toggle's own. */
export const toggleTabRoutes = [firstTabRoute, environmentsTabRoute, settingsTabRoute] as const;
