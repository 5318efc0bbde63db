/** What a failed call tells a person: the server's own words (RFC 9457), or that there was no answer. */
import { TRPCClientError } from "@trpc/client";
import { z } from "zod";

export interface ProblemText {
  /** The server's code, or `unreachable`, or `unexpected` for a fault of the page's own. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly issues: readonly ProblemIssue[];
  /** The one that is missing, of what is forbidden. */
  readonly permission: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** What else a program needs to go on, such as both states of a conflict. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ProblemIssue {
  /** A JSON pointer into what was sent. */
  readonly pointer: string;
  readonly message: string;
}

const answered = z.object({
  requestId: z.string().nullish(),
  problem: z.object({
    code: z.string(),
    title: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    details: z.record(z.string(), z.unknown()).optional(),
  }),
});

export function problemOf(error: unknown): ProblemText {
  if (!(error instanceof TRPCClientError)) return unexpected(error);
  const { data } = answered.safeParse(error.data);
  if (!data) return UNREACHABLE;
  const { problem, requestId } = data;
  const { permission, retryAfterSeconds } = problem.details ?? {};
  return {
    code: problem.code,
    title: problem.title,
    detail: problem.detail,
    requestId: requestId ?? undefined,
    issues: problem.errors ?? [],
    permission: typeof permission === "string" ? permission : undefined,
    retryAfterSeconds: typeof retryAfterSeconds === "number" ? retryAfterSeconds : undefined,
    details: problem.details ?? {},
  };
}

export function codeOf(error: unknown): string {
  return problemOf(error).code;
}

const NOTHING_MORE = {
  requestId: undefined,
  issues: [],
  permission: undefined,
  retryAfterSeconds: undefined,
  details: {},
} as const;

const UNREACHABLE: ProblemText = {
  ...NOTHING_MORE,
  code: "unreachable",
  title: "Burgee can't be reached",
  detail: "The server did not answer. Your toggles go on as they are; try again in a moment.",
};

function unexpected(error: unknown): ProblemText {
  return {
    ...NOTHING_MORE,
    code: "unexpected",
    title: "Something went wrong in this page",
    detail: error instanceof Error ? error.message : String(error),
  };
}
