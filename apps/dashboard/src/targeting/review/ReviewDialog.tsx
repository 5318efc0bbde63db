import {
  Alert,
  Button,
  Group,
  List,
  Modal,
  SegmentedControl,
  Skeleton,
  Stack,
  Tabs,
  Textarea,
  TextInput,
} from "@mantine/core";
import { getHotkeyHandler } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { ProblemPanel } from "../../design/ProblemPanel.tsx";
import { tell } from "../../design/tell-undo.tsx";
import type { Known } from "../conditions/known.ts";
import { plainDraft, settingInputOf } from "../draft/draft.ts";
import type { DraftOfSetting } from "../draft/draft-store.ts";
import { faultsOf } from "../draft/faults.ts";
import type { DraftPlace } from "../draft/kept-drafts.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { BlastRadius } from "../panel/OutcomePanel.tsx";
import { Sentence } from "../sentences/Sentence.tsx";
import { JsonText } from "./JsonText.tsx";
import { usePublish } from "./use-publish.ts";

const SideBySide = lazy(async () => ({ default: (await import("../editor/SideBySide.tsx")).SideBySide }));

export interface ReviewDialogProps {
  readonly place: DraftPlace;
  readonly draft: DraftOfSetting;
  readonly known: Known;
  readonly outcome: Outcome | undefined;
  /** Where a mistake hurts customers, the toggle's key is typed first. */
  readonly isCritical: boolean;
  readonly onClose: () => void;
}

/** Everything that is about to change, before it does; and why, in the words of who changes it. */
export function ReviewDialog({ place, draft, known, outcome, isCritical, onClose }: ReviewDialogProps) {
  const [comment, setComment] = useState("");
  const [when, setWhen] = useState("now");
  const [at, setAt] = useState("");
  const [typed, setTyped] = useState("");
  const publish = usePublish(place, draft.settle);
  const setting = settingInputOf(draft.draft);
  const faults = faultsOf(draft.draft, known.options);
  const moment = when === "later" ? new Date(at) : undefined;
  const isReady =
    setting !== undefined &&
    faults.length === 0 &&
    (!isCritical || typed.trim() === place.toggle) &&
    (moment === undefined || Number.isFinite(moment.getTime())) &&
    !publish.isPending;
  const save = async () => {
    if (!setting || !isReady) return;
    const publication = { setting, expectedVersion: draft.version, comment: comment.trim() };
    try {
      if (moment) {
        await publish.at(`${at}:00`, publication);
        draft.forget();
        tell(`Planned for ${moment.toLocaleString()}.`);
      } else {
        const { warnings } = await publish.now(publication);
        tell(
          [
            `Version ${draft.version + 1} is published in ${place.environment}.`,
            ...warnings.map(({ message }) => message),
          ].join(" "),
        );
      }
      onClose();
    } catch {
      // It is shown below, from the mutation.
    }
  };
  return (
    <Modal opened onClose={onClose} size="xl" title={`Review: ${place.toggle} in ${place.environment}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
        onKeyDown={getHotkeyHandler([["mod+Enter", () => void save()]])}
      >
        <Stack gap="md">
          <ReviewTabs draft={draft} outcome={outcome} />
          {faults.length > 0 && (
            <Alert color="yellow" variant="light" role="alert" title="Not finished yet">
              <List size="sm">
                {faults.map((fault) => (
                  <List.Item key={fault}>{fault}</List.Item>
                ))}
              </List>
            </Alert>
          )}
          <Textarea
            label="Why"
            description="Kept with this version, for whoever reads the history."
            value={comment}
            onChange={({ currentTarget: { value } }) => setComment(value)}
            maxLength={2_000}
            autosize
            minRows={2}
            data-autofocus
          />
          <When when={when} at={at} onWhen={setWhen} onAt={setAt} />
          {isCritical && (
            <TextInput
              label={
                <>
                  {place.environment} is critical: type <b>{place.toggle}</b> to go on
                </>
              }
              value={typed}
              onChange={({ currentTarget: { value } }) => setTyped(value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {publish.error && <ProblemPanel error={publish.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Go on editing
            </Button>
            <Button
              type="submit"
              disabled={!isReady}
              loading={publish.isPending}
              color={isCritical ? "red" : undefined}
            >
              {moment ? "Schedule" : "Publish now"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ReviewTabs({
  draft: { base, draft, changes },
  outcome,
}: Pick<ReviewDialogProps, "draft" | "outcome">) {
  const [before, after] = [base, draft].map((each) => JSON.stringify(plainDraft(each), null, 2));
  return (
    <Tabs defaultValue="sentences" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="sentences">What changes</Tabs.Tab>
        <Tabs.Tab value="sides">Side by side</Tabs.Tab>
        <Tabs.Tab value="json">JSON</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="sentences" pt="sm">
        <Stack gap="sm">
          <List spacing={6} data-testid="review-changes">
            {changes.map(({ path, phrase }) => (
              <List.Item key={path}>
                <Sentence phrase={phrase} />
              </List.Item>
            ))}
          </List>
          {outcome && <BlastRadius outcome={outcome} />}
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="sides" pt="sm">
        <Suspense fallback={<Skeleton height={240} />}>
          <SideBySide
            before={before ?? ""}
            after={after ?? ""}
            labels={["As it is published", "As you changed it"]}
          />
        </Suspense>
      </Tabs.Panel>
      <Tabs.Panel value="json" pt="sm">
        <JsonText text={after ?? ""} label="The setting as JSON" />
      </Tabs.Panel>
    </Tabs>
  );
}

interface WhenProps {
  readonly when: string;
  readonly at: string;
  readonly onWhen: (when: string) => void;
  readonly onAt: (at: string) => void;
}

function When({ when, at, onWhen, onAt }: WhenProps) {
  return (
    <Group gap="sm" align="flex-end">
      <SegmentedControl
        aria-label="When it is published"
        data={[
          { value: "now", label: "Publish now" },
          { value: "later", label: "Schedule" },
        ]}
        value={when}
        onChange={onWhen}
      />
      {when === "later" && (
        <TextInput
          type="datetime-local"
          label={`At (${Intl.DateTimeFormat().resolvedOptions().timeZone})`}
          value={at}
          onChange={({ currentTarget: { value } }) => onAt(value)}
          required
        />
      )}
    </Group>
  );
}
