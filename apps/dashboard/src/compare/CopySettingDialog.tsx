import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Outputs, useTRPC } from "../api/trpc.ts";
import { ProblemPanel } from "../design/ProblemPanel.tsx";
import { tell } from "../design/tell-undo.tsx";
import { useEnvironments, useProject } from "../shell/place.ts";
import { copiedSetting } from "./copy-setting.ts";
import { DifferenceList } from "./DifferenceList.tsx";

export interface CopySettingDialogProps {
  readonly toggle: Outputs["toggles"]["get"];
  /** Keys of environments. */
  readonly from: string;
  readonly to: string;
  readonly onClose: () => void;
}

/** Shows what would change in an environment if it were set as another one is, and does so. */
export function CopySettingDialog({ toggle, from, to, onClose }: CopySettingDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const { key: project } = useProject();
  const target = useEnvironments().find(({ key }) => key === to);
  const [typed, setTyped] = useState("");
  const update = useMutation(trpc.settings.update.mutationOptions());
  const source = toggle.settings.find(({ environment }) => environment === from);
  const current = toggle.settings.find(({ environment }) => environment === to);
  if (!source || !current || !target) return null;
  const isTyped = !target.critical || typed.trim() === toggle.key;

  async function copy() {
    if (!source || !current || !target) return;
    await update.mutateAsync({ project, ...copiedSetting(toggle, source, current) });
    await queryClient.invalidateQueries({ queryKey: trpc.toggles.pathKey() });
    await queryClient.invalidateQueries({ queryKey: trpc.settings.pathKey() });
    tell(`${toggle.key} is set in ${to} as in ${from}.`);
    onClose();
  }

  return (
    <Modal opened onClose={onClose} size="lg" title={`Set ${toggle.key} in ${target.name} as in ${from}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isTyped) void copy().catch(() => undefined);
        }}
      >
        <Stack>
          <Text size="sm">What changes in {target.name}:</Text>
          <DifferenceList before={current} after={source} />
          {target.critical && (
            <TextInput
              label={`${target.name} is critical: type ${toggle.key} to go on`}
              autoComplete="off"
              spellCheck={false}
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          )}
          {update.isError && <ProblemPanel error={update.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={update.isPending} disabled={!isTyped}>
              Copy
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
