import { Container } from "@mantine/core";
import { useQueryErrorResetBoundary } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { ProblemPanel } from "../design/ProblemPanel.tsx";

/** What a page shows that could not be shown. */
export function ScreenError({ error }: { readonly error: unknown }) {
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  return (
    <Container size="sm" py="xl">
      <ProblemPanel
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Container>
  );
}
