/** Colours and sizes. The overrides are what Mantine's own theme lacks in contrast: with them both schemes pass WCAG 2.2 AA. */
import {
  Badge,
  type CSSVariablesResolver,
  createTheme,
  Loader,
  Modal,
  Notification,
  SegmentedControl,
  Tooltip,
} from "@mantine/core";

export const theme = createTheme({
  primaryColor: "indigo",
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  respectReducedMotion: true,
  cursorType: "pointer",
  defaultRadius: "sm",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.5rem", lineHeight: "1.3" } } },
  components: {
    // Sentence case, as everywhere.
    Badge: Badge.extend({ defaultProps: { tt: "none" } }),
    Loader: Loader.extend({ defaultProps: { type: "dots" } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, closeButtonProps: { "aria-label": "Close" } },
    }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { "aria-label": "Dismiss" } } }),
    // Its labels fade between colours that can't be read.
    SegmentedControl: SegmentedControl.extend({ defaultProps: { transitionDuration: 0 } }),
    Tooltip: Tooltip.extend({
      // A tooltip that only a mouse can open tells keyboards nothing.
      defaultProps: { withArrow: true, openDelay: 200, events: { hover: true, focus: true, touch: true } },
    }),
  },
});

export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5c636a",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-red-filled": shade(colors.red, 9),
    "--mantine-color-green-light-color": "#1b5e20",
    "--mantine-color-red-light-color": "#9b1c1c",
    "--mantine-color-orange-light-color": "#8a3c00",
    "--mantine-color-blue-light-color": "#1258a3",
    "--mantine-color-error": "#9b1c1c",
    "--mantine-color-gray-light-color": "#343a40",
    "--mantine-color-yellow-light-color": "#664200",
    "--mantine-color-anchor": shade(colors.indigo, 9),
  },
  dark: {
    "--mantine-color-dimmed": "#a6a7ab",
    "--mantine-color-placeholder": "#909296",
    "--mantine-color-red-filled": shade(colors.red, 9),
    "--mantine-color-error": "#ffa8a8",
    "--mantine-color-anchor": shade(colors.indigo, 3),
  },
});

function shade(colours: readonly string[] | undefined, index: number): string {
  return colours?.[index] ?? "currentColor";
}
