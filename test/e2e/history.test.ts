import { testHistory } from "./harness/history";
import { FOUR_MONTHS } from "./harness/history-days";

describe("four months, 8 releases, two architectures, three clouds, eight regions of AWS", () =>
  testHistory(FOUR_MONTHS));
