/** What can be known of rules before there is a context: for whoever saves rules, and not for who evaluates. */
export { type AnalysisOptions, analyse } from "./analyse.ts";
export type { Analysis, Finding, FindingCode, Place, Reach, Verdict } from "./finding.ts";
