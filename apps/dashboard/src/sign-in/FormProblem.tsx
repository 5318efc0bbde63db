import { Alert } from "@mantine/core";
import { problemOf } from "../api/problem.ts";
import { Countdown } from "./Countdown.tsx";

/** Why a form's answer was none, said to who sees it and to who hears it. */
export function FormProblem({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const { title, detail, issues, retryAfterSeconds } = problemOf(error);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      title={issues.length > 0 ? undefined : titleOf(title, detail)}
    >
      {issues.length > 0 ? issues.map(({ message }) => message).join(" ") : detail}
      {retryAfterSeconds !== undefined && <Countdown key={detail} seconds={retryAfterSeconds} />}
    </Alert>
  );
}

/** Titles speak of keys to programs; to a person signing in the sentence says it all. */
function titleOf(title: string, detail: string): string | undefined {
  return detail === "" ? title : undefined;
}
