import { storedRows } from "./catalogue.ts";
import { testRows } from "./test-rows.ts";

testRows(storedRows);
