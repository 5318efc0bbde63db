import { Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTRPC, useTRPCClient } from "../api/trpc.ts";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { tellProblem, tellUndo } from "../design/tell-undo.tsx";
import { type Environment, useProject } from "../shell/place.ts";
import { outcomeText } from "./outcome-text.ts";
import { type FoundToggle, useChangeRow, withSetting } from "./toggle-search.ts";

/**
 * Switches a toggle from the list: shown at once, with ten seconds to take it back, and as it was again, with the reason, where the server
 * refuses. In a critical environment it asks first.
 */
export function useQuickSwitch() {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const changeRow = useChangeRow();
  const { key: project } = useProject();

  async function set(toggle: FoundToggle, environment: string, enabled: boolean): Promise<FoundToggle> {
    const before = toggle.settings.find((each) => each.environment === environment);
    if (!before) return toggle;
    await queryClient.cancelQueries({ queryKey: trpc.toggles.search.pathKey() });
    changeRow(toggle.key, (row) => withSetting(row, environment, { enabled }));
    try {
      const { settings } = await client.settings.setEnabled.mutate({
        ...{ project, environment, toggle: toggle.key, expectedVersion: before.version, enabled },
      });
      const version = settings[0]?.version ?? before.version;
      const change = (row: FoundToggle) => withSetting(row, environment, { enabled, version });
      changeRow(toggle.key, change);
      return change(toggle);
    } catch (error) {
      changeRow(toggle.key, (row) => withSetting(row, environment, before));
      void queryClient.invalidateQueries({ queryKey: trpc.toggles.search.pathKey() });
      throw error;
    } finally {
      void queryClient.invalidateQueries({ queryKey: trpc.toggles.get.pathKey() });
    }
  }

  return async (toggle: FoundToggle, { key, name, critical }: Environment) => {
    const setting = toggle.settings.find(({ environment }) => environment === key);
    if (!setting) return;
    const enabled = !setting.enabled;
    if (critical && !(await confirmSwitch(toggle, { key, name, enabled }))) return;
    try {
      const switched = await set(toggle, key, enabled);
      tellUndo({
        done: `${toggle.key} is ${enabled ? "on" : "off"} in ${key}.`,
        undo: () => set(switched, key, !enabled),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
}

interface Asked {
  readonly key: string;
  readonly name: string;
  readonly enabled: boolean;
}

function confirmSwitch(toggle: FoundToggle, { key, name, enabled }: Asked): Promise<boolean> {
  const setting = toggle.settings.find(({ environment }) => environment === key);
  const evaluations = toggle.days.reduce((sum, count) => sum + count, 0);
  return confirmDanger({
    title: `Turn ${toggle.key} ${enabled ? "on" : "off"} in ${name}?`,
    confirm: enabled ? "Turn on" : "Turn off",
    typed: toggle.key,
    consequences: (
      <>
        <Text size="sm">
          {name} is a critical environment, and SDKs hear of it within milliseconds.{" "}
          {setting && (
            <>
              Afterwards: <strong>{outcomeText({ ...setting, enabled })}</strong>.
            </>
          )}
        </Text>
        {toggle.settings[0]?.environment === key && (
          <Text size="sm" mt="xs">
            {evaluations === 0
              ? "No SDK evaluated it there in the last seven days."
              : `SDKs evaluated it there ${evaluations.toLocaleString("en")} times in the last seven days.`}
          </Text>
        )}
      </>
    ),
  });
}
