import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { tenantRoute } from "../shell/parents.ts";
import { JOB_STATUSES } from "./job-search.ts";

const jobsRoute = createRoute({
  getParentRoute: () => tenantRoute,
  path: "jobs",
  validateSearch: z.object({ status: z.enum(JOB_STATUSES).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./JobsScreen.tsx"), "JobsScreen"),
});

export const jobsRoutes = [jobsRoute] as const;
