import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { toggleRoute } from "../toggles/toggle-route.ts";
import { SPANS } from "./spans.ts";

const insightsTabRoute = createRoute({
  getParentRoute: () => toggleRoute,
  path: "insights",
  validateSearch: z.object({ span: z.enum(SPANS).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./InsightsScreen.tsx"), "InsightsScreen"),
});

/** Under the toggle's own route. */
export const insightsRoutes = [insightsTabRoute] as const;
