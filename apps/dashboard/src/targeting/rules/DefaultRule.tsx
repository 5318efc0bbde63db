import { Button, Card, Group, Select, Stack, Text, Title } from "@mantine/core";
import type { Draft, Share } from "../draft/draft.ts";
import type { DraftAction } from "../draft/draft-reducer.ts";
import { ServeEditor } from "./ServeEditor.tsx";

export interface DefaultRuleProps {
  readonly draft: Draft;
  readonly variants: readonly string[];
  readonly attributes: readonly string[];
  readonly share: number | undefined;
  readonly isMatched: boolean;
  readonly isEditable: boolean;
  readonly dispatch: (action: DraftAction) => void;
}

const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** What everyone gets for whom no rule decides: a rollout among them, if there is one, and then the default. */
export function DefaultRule({
  draft,
  variants,
  attributes,
  share,
  isMatched,
  isEditable,
  dispatch,
}: DefaultRuleProps) {
  const { rollout } = draft;
  const begin = () => {
    const [first = ""] = variants.filter((variant) => variant !== draft.default);
    dispatch({
      type: "setRollout",
      rollout: { type: "percentage", variant: first, value: 10, stickiness: "userId" },
    });
  };
  return (
    <Card
      component="section"
      aria-labelledby="default-rule"
      withBorder
      padding="md"
      style={isMatched ? { outline: "2px solid var(--mantine-primary-color-filled)" } : undefined}
    >
      <fieldset disabled={!isEditable} style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
        <Stack gap="sm">
          <Group justify="space-between">
            <Title order={3} size="h5" id="default-rule">
              Default rule
            </Title>
            {share !== undefined && (
              <Text size="xs" c="dimmed">
                decides for {percent.format(share)}
              </Text>
            )}
          </Group>
          {rollout ? (
            <>
              <ServeEditor
                serve={rollout}
                variants={variants}
                of="the default rule"
                attributes={attributes}
                onChange={(serve) =>
                  dispatch({ type: "setRollout", rollout: serve.type === "variant" ? null : serve })
                }
              />
              <Button
                variant="subtle"
                size="compact-sm"
                w="fit-content"
                onClick={() => dispatch({ type: "setRollout", rollout: null })}
              >
                Serve one variant to everyone instead
              </Button>
            </>
          ) : (
            <Button variant="default" size="xs" w="fit-content" onClick={begin}>
              Roll out by percentage
            </Button>
          )}
          <Group gap="md">
            <Select
              label={defaultLabel(rollout)}
              data={[...variants]}
              value={draft.default}
              onChange={(variant) => variant !== null && dispatch({ type: "serveByDefault", variant })}
              allowDeselect={false}
              w={240}
            />
            <Select
              label="While the toggle is off"
              data={[...variants]}
              value={draft.off}
              onChange={(variant) => variant !== null && dispatch({ type: "serveOff", variant })}
              allowDeselect={false}
              w={240}
            />
          </Group>
        </Stack>
      </fieldset>
    </Card>
  );
}

function defaultLabel(rollout: Share | null): string {
  if (!rollout) return "Everyone else gets";
  return rollout.type === "split" ? "Who has no value to bucket by" : "Everyone beyond the percentage";
}
