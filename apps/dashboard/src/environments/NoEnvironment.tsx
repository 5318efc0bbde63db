import { IconServer } from "@tabler/icons-react";
import { EmptyState } from "../design/EmptyState.tsx";

/** Of a project that has none, or none that the person may read. */
export function NoEnvironment() {
  return (
    <EmptyState icon={IconServer} title="No environment to show">
      A toggle is set in environments, such as production; this project has none that you may read.
    </EmptyState>
  );
}
