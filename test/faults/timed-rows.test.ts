import { timedRows } from "./catalogue.ts";
import { testRows } from "./test-rows.ts";

testRows(timedRows);
