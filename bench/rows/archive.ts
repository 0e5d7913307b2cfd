import { statSync } from "node:fs";
import { join } from "node:path";
import { job, shell } from "../program";
import type { Row } from "../row";

export const ARCHIVE: Row = {
  name: "gce-archive",
  job: "raw to archive for Compute Engine",
  anchor: "tar --format=oldgnu -S, pigz",
  goal: 0.8,
  input: "debian",
  needs: ["tar", "pigz"],
  prepare({ disk, scratch, program }) {
    const [ours, theirs] = [join(scratch, "ours.tar.gz"), join(scratch, "theirs.tar.gz")];
    return {
      ours: job("archive", [disk, ours]),
      theirs: shell('tar --format=oldgnu -S -I "$1" -cf "$3" "$2"', program("pigz"), disk, theirs),
      note: () => `size ${(statSync(ours).size / statSync(theirs).size).toFixed(3)} of theirs`,
    };
  },
};
