/** The stack file of a try: the disk, private, in as few regions as possible, unprotected. */
import { stringify } from "yaml";
import { CLOUD_COMMANDS } from "../clouds";
import { DEMO_VERSION } from "./demo-disk";
import type { Notes } from "./notes";

/** Of the one release, whatever the disk. */
export const VERSION = DEMO_VERSION;

/** Relative to the try's folder. */
export function imageFileOf(name: string): string {
  return `images/${name}/${VERSION}.json`;
}

export function stackText(notes: Notes): string {
  const { cloud, name } = notes;
  return stringify({
    config: {
      "imprimatur:product": { name, publisher: "Imprimatur", provenance: "official" },
      "imprimatur:releases": [
        { version: VERSION, state: "published", imageFile: imageFileOf(name), protect: false },
      ],
      // The demo disk has no operating system, and nothing is asked of another: nothing to measure, and it is unsigned.
      "imprimatur:checks": { input: "optional", policy: "optional", boot: "optional" },
      "imprimatur:record": {},
      "imprimatur:allow": ["delete-published"],
      [`imprimatur:${cloud}`]: CLOUD_COMMANDS[cloud].try().section(notes),
    },
  });
}
