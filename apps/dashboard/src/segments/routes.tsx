import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { z } from "zod";
import { projectRoute } from "../shell/parents.ts";

const segmentsRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "segments",
  validateSearch: z.object({ find: z.string().max(200).optional().catch(undefined) }),
  component: lazyRouteComponent(() => import("./SegmentsScreen.tsx"), "SegmentsScreen"),
});

const newSegmentRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "segments/new",
  component: lazyRouteComponent(() => import("./SegmentScreen.tsx"), "NewSegmentScreen"),
});

const segmentRoute = createRoute({
  getParentRoute: () => projectRoute,
  path: "segments/$segment",
  component: lazyRouteComponent(() => import("./SegmentScreen.tsx"), "SegmentScreen"),
});

export const segmentsRoutes = [segmentsRoute, newSegmentRoute, segmentRoute] as const;
