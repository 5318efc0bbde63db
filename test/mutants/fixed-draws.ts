import fc from "fast-check";

/** Every run draws the same, so that scores compare. Half a second a property, and none for the smallest counterexample. */
fc.configureGlobal({ seed: 1, endOnFailure: true, interruptAfterTimeLimit: 500 });
