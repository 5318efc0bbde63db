/** Over a weekend: a deletion that was asked for on a Friday evening by mistake is noticed on Monday, since SDK keys are refused at once. */
export const DELETION_DELAY_HOURS = 72;
