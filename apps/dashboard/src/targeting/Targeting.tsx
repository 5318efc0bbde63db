/** Who gets what of one toggle in one environment. Everything here edits one draft; nothing changes for anybody until it is published. */
import { Grid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { confirmDanger } from "../design/confirm-danger.tsx";
import { TimeAgo } from "../design/TimeAgo.tsx";
import { WhoName } from "../design/WhoName.tsx";
import { isCritical } from "../shell/environment-colour.ts";
import { useIsAllowed } from "../shell/permissions.ts";
import { useEnvironment, useProject, useTenant } from "../shell/place.ts";
import { useShortcut } from "../shell/shortcuts.ts";
import { type Setting, type Toggle, useSetting, useToggle } from "../toggles/use-toggle.ts";
import { useKnown } from "./conditions/known.ts";
import { useDraft } from "./draft/draft-store.ts";
import type { DraftPlace } from "./draft/kept-drafts.ts";
import { KillSwitch } from "./KillSwitch.tsx";
import { OutcomePanel } from "./panel/OutcomePanel.tsx";
import { useFindings } from "./panel/use-findings.ts";
import { useOutcome } from "./panel/use-outcome.ts";
import { useTested } from "./panel/use-tested.ts";
import { ReviewBar } from "./review/ReviewBar.tsx";
import { DefaultRule } from "./rules/DefaultRule.tsx";

export function Targeting() {
  const { slug: tenant } = useTenant();
  const { key: project } = useProject();
  const toggle = useToggle();
  const { key, environment } = toggle;
  const setting = useSetting();
  const place = { tenant, project, environment, toggle: key };
  return <TargetingOf key={JSON.stringify(place)} place={place} toggle={toggle} setting={setting} />;
}

// What is not needed to see what there is comes after it.
const ConflictPanel = lazy(async () => ({
  default: (await import("./review/ConflictPanel.tsx")).ConflictPanel,
}));
const ReviewDialog = lazy(async () => ({
  default: (await import("./review/ReviewDialog.tsx")).ReviewDialog,
}));
const RuleList = lazy(async () => ({ default: (await import("./rules/RuleList.tsx")).RuleList }));

const Prerequisites = lazy(async () => ({
  default: (await import("./rules/Prerequisites.tsx")).Prerequisites,
}));
const TargetsEditor = lazy(async () => ({
  default: (await import("./rules/TargetsEditor.tsx")).TargetsEditor,
}));
const Tester = lazy(async () => ({ default: (await import("./panel/Tester.tsx")).Tester }));

interface TargetingOfProps {
  readonly place: DraftPlace;
  readonly toggle: Toggle;
  readonly setting: Setting;
}

function TargetingOf({ place, toggle, setting }: TargetingOfProps) {
  const draft = useDraft(place, setting);
  const known = useKnown(place.project);
  const tried = useOutcome(place, draft.draft);
  const findings = useFindings(tried, draft.draft);
  const [context, setContext] = useState('{ "userId": "ada" }');
  const tested = useTested(tried, draft.draft, context);
  const [isReviewing, setReviewing] = useState(false);
  const isEditable = useIsAllowed("toggle.write", place.environment) && !toggle.archived;
  const variants = Object.keys(toggle.variants);
  const attributes = known.attributes.map(({ name }) => name);
  const count = draft.changes.length;
  const environment = useEnvironment();
  const { outcome } = tried;
  const shareOf = (decider: string) => outcome && (outcome.deciders.get(decider) ?? 0) / outcome.users;
  const shares =
    outcome && new Map([...outcome.deciders].map(([decider, users]) => [decider, users / outcome.users]));

  useShortcut({
    keys: "Mod+S",
    does: "Review the changes",
    run: () => count > 0 && !draft.isStale && setReviewing(true),
  });
  useAskBeforeLeaving(place, count);

  const discard = async () => {
    const isSure = await confirmDanger({
      title: `Discard ${count} ${count === 1 ? "change" : "changes"}?`,
      consequences: "What is published stays as it is; your draft is gone.",
      confirm: "Discard",
    });
    if (isSure) draft.forget();
  };

  return (
    <Stack gap="md">
      {draft.isStale && (
        <Suspense fallback={<Skeleton height={160} />}>
          <ConflictPanel
            draft={draft}
            saved={setting}
            by={
              <>
                By <WhoName actor={setting.updatedBy} />, <TimeAgo at={setting.updatedAt} />.
              </>
            }
          />
        </Suspense>
      )}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="md">
            <KillSwitch
              draft={draft.draft}
              environment={place.environment}
              isChanged={draft.draft.enabled !== draft.base.enabled}
              isEditable={isEditable}
              onChange={(enabled) => draft.dispatch({ type: "enable", enabled })}
            />
            <Suspense fallback={<Skeleton height={84} />}>
              <Prerequisites
                draft={draft.draft}
                project={place.project}
                environment={place.environment}
                isEditable={isEditable}
                dispatch={draft.dispatch}
              />
            </Suspense>
            <Suspense fallback={<Skeleton height={84} />}>
              <TargetsEditor
                draft={draft.draft}
                variants={variants}
                isEditable={isEditable}
                dispatch={draft.dispatch}
              />
            </Suspense>
            <Stack component="section" gap="sm" aria-labelledby="rules">
              <div>
                <Title order={2} size="h4" id="rules">
                  Rules
                </Title>
                <Text size="sm" c="dimmed">
                  Asked in this order; the first that matches and serves, decides.
                </Text>
              </div>
              <Suspense fallback={<Skeleton height={96} />}>
                <RuleList
                  rules={draft.draft.rules}
                  variants={variants}
                  known={known}
                  shares={shares}
                  findings={findings}
                  matchedRule={tested?.evaluation.ruleId}
                  isEditable={isEditable}
                  dispatch={draft.dispatch}
                />
              </Suspense>
            </Stack>
            <DefaultRule
              draft={draft.draft}
              variants={variants}
              attributes={attributes}
              share={shares && (shareOf("rollout") ?? 0) + (shareOf("default") ?? 0)}
              isMatched={
                tested !== undefined && tested.evaluation.ruleId === undefined && draft.draft.enabled
              }
              isEditable={isEditable}
              dispatch={draft.dispatch}
            />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <Stack gap="md">
            <OutcomePanel tried={tried} draft={draft.draft} variants={variants} isChanged={count > 0} />
            <Suspense fallback={<Skeleton height={240} />}>
              <Tester tried={tried} draft={draft.draft} text={context} onChange={setContext} />
            </Suspense>
          </Stack>
        </Grid.Col>
      </Grid>
      {count > 0 && (
        <ReviewBar
          count={count}
          isStale={draft.isStale}
          onDiscard={() => void discard()}
          onReview={() => (draft.isStale ? window.scrollTo({ top: 0 }) : setReviewing(true))}
        />
      )}
      {isReviewing && (
        <Suspense>
          <ReviewDialog
            place={place}
            draft={draft}
            known={known}
            outcome={outcome}
            isCritical={environment !== undefined && isCritical(environment)}
            onClose={() => setReviewing(false)}
          />
        </Suspense>
      )}
    </Stack>
  );
}

/** Going to another tab of the toggle is no leaving: the draft is there, and waits. */
function useAskBeforeLeaving({ toggle }: DraftPlace, count: number): void {
  useBlocker({
    disabled: count === 0,
    enableBeforeUnload: count > 0,
    shouldBlockFn: async ({ current, next }) => {
      if (next.pathname.startsWith(current.pathname.replace(/[^/]*$/, ""))) return false;
      const isSure = await confirmDanger({
        title: `Leave ${toggle} with ${count} unsaved ${count === 1 ? "change" : "changes"}?`,
        consequences:
          "They stay in this tab of your browser, and nobody else sees them. Come back to publish them.",
        confirm: "Leave",
      });
      return !isSure;
    },
  });
}
