import { Box } from "@mantine/core";
import { environmentColour } from "./environment-colour.ts";
import { useFrameEnvironment } from "./use-frame-environment.ts";

/** A strip in the environment's colour above all else. The switch beside it says the name. */
export function EnvironmentBand() {
  const { environment, environments } = useFrameEnvironment();
  if (!environment) return null;
  return (
    <Box
      aria-hidden
      style={{
        position: "absolute",
        insetInline: 0,
        insetBlockStart: 0,
        height: 4,
        background: `var(--mantine-color-${environmentColour(environment, environments)}-filled)`,
      }}
    />
  );
}
