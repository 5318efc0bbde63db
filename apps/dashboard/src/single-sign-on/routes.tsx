import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { tenantRoute } from "../shell/parents.ts";

const singleSignOnRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "settings/single-sign-on",
  /** The provider that was tried out just now. */
  validateSearch: z.object({ tried: z.string().max(64).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./SingleSignOnScreen.tsx"), "SingleSignOnScreen"),
});

export const singleSignOnRoutes = [singleSignOnRoute] as const;
