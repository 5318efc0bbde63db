/** The typed way to the API: procedures' names, inputs and answers come from its router's type. */
import type { AppRouter } from "@burgee/api/router";
import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCLink,
} from "@trpc/client";
import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import { createTRPCContext } from "@trpc/tanstack-react-query";

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();

/** What a procedure takes: `Inputs["toggles"]["create"]`. */
export type Inputs = inferRouterInputs<AppRouter>;
/** What it answers. */
export type Outputs = inferRouterOutputs<AppRouter>;

/** Of the server's; more than that in one address is refused. */
const MOST_CALLS_IN_BATCH = 50;
const LONGEST_ADDRESS = 8_000;

const url = "/trpc";

/** Lists of pages say which way they go on, and no procedure takes that: each has one way. */
const withoutDirection: TRPCLink<AppRouter> =
  () =>
  ({ op, next }) => {
    if (typeof op.input !== "object" || op.input === null || !("direction" in op.input)) return next(op);
    const { direction: _, ...input } = op.input;
    return next({ ...op, input });
  };

export const client = createTRPCClient<AppRouter>({
  links: [
    withoutDirection,
    splitLink({
      condition: ({ type }) => type === "subscription",
      true: httpSubscriptionLink({ url }),
      false: splitLink({
        condition: ({ type }) => type === "mutation",
        // Each by itself: what answers with a cookie is refused in a batch.
        true: httpLink({ url }),
        false: httpBatchLink({ url, maxItems: MOST_CALLS_IN_BATCH, maxURLLength: LONGEST_ADDRESS }),
      }),
    }),
  ],
});

export type Client = typeof client;
