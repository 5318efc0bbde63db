import { Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { SkeletonRows } from "../design/skeletons.tsx";
import { useProject } from "../shell/place.ts";
import { CopySettingDialog } from "./CopySettingDialog.tsx";

export interface CellDialogProps {
  readonly toggle: string;
  readonly from: string;
  readonly to: string;
  readonly onClose: () => void;
}

/** How a toggle is set otherwise in one environment than in the source, and making it the same. */
export function CellDialog({ toggle: key, from, to, onClose }: CellDialogProps) {
  const trpc = useTRPC();
  const { key: project } = useProject();
  const toggle = useQuery(trpc.toggles.get.queryOptions({ project, environment: to, key }));
  if (toggle.data) return <CopySettingDialog toggle={toggle.data} from={from} to={to} onClose={onClose} />;
  return (
    <Modal opened onClose={onClose} title={key} size="lg">
      {toggle.isError ? (
        <ProblemPanel error={toggle.error} onRetry={() => void toggle.refetch()} />
      ) : (
        <SkeletonRows rows={4} />
      )}
    </Modal>
  );
}
