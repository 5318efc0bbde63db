/** Every page's route, feature by feature. A feature adds its array where its pages hang. */
import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { createTRPCOptionsProxy } from "@trpc/tanstack-react-query";
import { accountRoutes } from "./account/routes.tsx";
import type { Client } from "./api/trpc.ts";
import { auditRoutes } from "./audit/routes.tsx";
import { compareRoutes } from "./compare/routes.tsx";
import { SkeletonScreen } from "./design/skeletons.tsx";
import { historyRoutes } from "./history/routes.tsx";
import { insightsRoutes } from "./insights/routes.tsx";
import { jobsRoutes } from "./jobs/routes.tsx";
import { lifecycleRoutes } from "./lifecycle/routes.tsx";
import { membersRoutes } from "./members/routes.tsx";
import { onboardingRoutes, welcomeRoutes } from "./onboarding/routes.tsx";
import { playgroundRoutes } from "./playground/routes.tsx";
import { projectListRoutes, projectRoutes } from "./projects/routes.tsx";
import { rolesRoutes } from "./roles/routes.tsx";
import { rolloutRoutes } from "./rollouts/routes.tsx";
import { segmentsRoutes } from "./segments/routes.tsx";
import {
  accountRoute,
  projectRoute,
  rootRoute,
  signedInRoute,
  signedOutRoute,
  tenantRoute,
} from "./shell/parents.ts";
import { startRoutes } from "./shell/routes.tsx";
import { signInRoutes } from "./sign-in/routes.tsx";
import { singleSignOnRoutes } from "./single-sign-on/routes.tsx";
import { targetingRoutes } from "./targeting/routes.tsx";
import { tenantRoutes } from "./tenant/routes.tsx";
import { toggleRoutes, toggleTabRoutes } from "./toggles/routes.tsx";
import { toggleRoute } from "./toggles/toggle-route.ts";
import { variantsRoutes } from "./variants/routes.tsx";

const routeTree = rootRoute.addChildren([
  signedOutRoute.addChildren([...signInRoutes]),
  signedInRoute.addChildren([
    ...startRoutes,
    ...welcomeRoutes,
    accountRoute.addChildren([...accountRoutes]),
    tenantRoute.addChildren([
      ...tenantRoutes,
      ...projectListRoutes,
      ...auditRoutes,
      ...jobsRoutes,
      ...membersRoutes,
      ...rolesRoutes,
      ...singleSignOnRoutes,
      projectRoute.addChildren([
        ...onboardingRoutes,
        ...projectRoutes,
        ...toggleRoutes,
        ...compareRoutes,
        ...segmentsRoutes,
        ...lifecycleRoutes,
        ...playgroundRoutes,
        toggleRoute.addChildren([
          ...targetingRoutes,
          ...variantsRoutes,
          ...rolloutRoutes,
          ...toggleTabRoutes,
          ...insightsRoutes,
          ...historyRoutes,
        ]),
      ]),
    ]),
  ]),
]);

export function createAppRouter(queryClient: QueryClient, client: Client) {
  return createRouter({
    routeTree,
    context: { queryClient, client, trpc: createTRPCOptionsProxy({ client, queryClient }) },
    defaultPreload: "intent",
    // What is fresh is the query client's to say.
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultPendingComponent: SkeletonScreen,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
