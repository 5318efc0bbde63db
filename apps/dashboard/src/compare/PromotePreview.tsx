import { ScrollArea, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { DifferenceList } from "./DifferenceList.tsx";

export interface PromotePreviewProps {
  readonly project: string;
  readonly toggles: readonly string[];
  readonly from: string;
  readonly to: string;
}

/** More are named and not told in full. */
const MOST_SHOWN = 20;

/** What would change in the target, toggle by toggle. */
export function PromotePreview({ project, toggles, from, to }: PromotePreviewProps) {
  const shown = toggles.slice(0, MOST_SHOWN);
  const others = toggles.slice(MOST_SHOWN);
  return (
    <ScrollArea.Autosize
      mah={360}
      viewportProps={{ tabIndex: 0, role: "region", "aria-label": "What changes" }}
    >
      <Stack gap="md">
        {shown.map((key) => (
          <One key={key} project={project} toggle={key} from={from} to={to} />
        ))}
        {others.length > 0 && (
          <Text size="sm">
            And {others.length} more: {others.join(", ")}
          </Text>
        )}
      </Stack>
    </ScrollArea.Autosize>
  );
}

interface OneProps extends Omit<PromotePreviewProps, "toggles"> {
  readonly toggle: string;
}

function One({ project, toggle: key, from, to }: OneProps) {
  const trpc = useTRPC();
  const toggle = useQuery(trpc.toggles.get.queryOptions({ project, environment: to, key }));
  const source = toggle.data?.settings.find(({ environment }) => environment === from);
  const target = toggle.data?.settings.find(({ environment }) => environment === to);
  return (
    <div>
      <Text size="sm" fw={600}>
        {key}
      </Text>
      {toggle.isPending ? (
        <SkeletonRows rows={1} />
      ) : toggle.isError ? (
        <ProblemPanel error={toggle.error} />
      ) : source && target ? (
        <DifferenceList before={target} after={source} />
      ) : (
        <Text size="sm">It is not set in both environments.</Text>
      )}
    </div>
  );
}
