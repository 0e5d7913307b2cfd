import { imprimatur } from "../program";
import type { Row } from "../row";

export const START: Row = {
  name: "start",
  job: "imprimatur --help",
  anchor: "node -e 0",
  prepare: () => ({
    ours: imprimatur("--help"),
    theirs: { command: [process.execPath, "-e", "0"] },
  }),
};
