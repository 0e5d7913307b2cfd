/** The stack file of a try: the demo disk, private, in as few regions as possible, unprotected. */
import { stringify } from "yaml";
import { CLOUD_COMMANDS } from "../clouds";
import type { Notes } from "./place";

/** The demo's image file and raw disk, relative to the project's folder. */
export const DEMO = {
  version: "20261120.0",
  imageFile: "images/demo/20261120.0.json",
  rawDisk: "images/demo/demo.raw",
} as const;

/** A try has its own image file, because that contains the product's name. */
export function imageFileOf(name: string): string {
  return `images/${name}/${DEMO.version}.json`;
}

export function stackText(notes: Notes): string {
  const { cloud, name } = notes;
  return stringify({
    config: {
      "imprimatur:product": { name, publisher: "Imprimatur", provenance: "official" },
      "imprimatur:releases": [
        { version: DEMO.version, state: "published", imageFile: imageFileOf(name), protect: false },
      ],
      // The demo disk has no operating system: nothing to measure, and it is unsigned.
      "imprimatur:checks": { input: "optional", policy: "optional", boot: "optional" },
      "imprimatur:record": {},
      "imprimatur:allow": ["delete-published"],
      [`imprimatur:${cloud}`]: CLOUD_COMMANDS[cloud].try().section(notes),
    },
  });
}
