/** What features put into the header, such as the button of the jobs drawer; from the left to the right. */
import type { ComponentType } from "react";
import { JobsButton } from "./jobs/JobsButton.tsx";

export const HEADER_SLOTS: readonly ComponentType[] = [JobsButton];
