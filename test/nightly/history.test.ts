import { testHistory } from "../e2e/harness/history";
import { YEAR } from "../e2e/harness/history-days";

describe("twelve months, 24 releases, two architectures, three clouds, eight regions of AWS", () =>
  testHistory(YEAR));
