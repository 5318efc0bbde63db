import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { projectRoute, tenantRoute } from "../shell/parents.ts";

const listRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "projects",
  component: lazyRouteComponent(() => import("./ProjectList.tsx"), "ProjectList"),
});

/** A project opens with its toggles. */
const firstRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "/",
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: "/t/$tenant/p/$project/toggles", params, search, replace: true });
  },
});

const settingsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "settings",
  component: lazyRouteComponent(() => import("./ProjectSettings.tsx"), "ProjectSettings"),
});

const firstSettingsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  beforeLoad: ({ params, search }) => {
    throw redirect({ to: "/t/$tenant/p/$project/settings/general", params, search, replace: true });
  },
});

const generalRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "general",
  component: lazyRouteComponent(() => import("./ProjectSettings.tsx"), "GeneralSettings"),
});

const environmentsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "environments",
  component: lazyRouteComponent(
    () => import("../environments/EnvironmentSettings.tsx"),
    "EnvironmentSettings",
  ),
});

const keysRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "keys",
  component: lazyRouteComponent(() => import("../keys/KeySettings.tsx"), "KeySettings"),
});

const webhooksRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "webhooks",
  component: lazyRouteComponent(() => import("../webhooks/WebhookSettings.tsx"), "WebhookSettings"),
});

const webhookRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "webhooks/$webhook",
  component: lazyRouteComponent(() => import("../webhooks/WebhookDetail.tsx"), "WebhookDetail"),
});

const contextRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "context",
  component: lazyRouteComponent(() => import("../contexts/ContextSettings.tsx"), "ContextSettings"),
});

/** Under the tenant's route. */
export const projectListRoutes = [listRoute] as const;
/** Under the project's. */
export const projectRoutes = [
  firstRoute,
  settingsRoute.addChildren([
    firstSettingsRoute,
    generalRoute,
    environmentsRoute,
    keysRoute,
    webhooksRoute,
    webhookRoute,
    contextRoute,
  ]),
] as const;
