/** The stack file of a try: the demo disk, private, in as few regions as possible, unprotected. */
import { stringify } from "yaml";
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

export function stackText({ cloud, name, regions, account }: Notes): string {
  const [home = ""] = regions;
  const everywhere = Object.fromEntries(regions.map((region) => [region, {}]));
  const clouds = {
    aws: { homeRegion: home, regions: everywhere },
    gcp: {
      project: account,
      bucket: { name: `${name}-archives`, location: home },
      image: { storageLocations: [home] },
    },
    azure: {
      subscriptionId: account,
      resourceGroup: { name },
      location: home,
      gallery: { name: name.replaceAll("-", "_") },
      regions: everywhere,
    },
  };
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
      [`imprimatur:${cloud}`]: clouds[cloud],
    },
  });
}
