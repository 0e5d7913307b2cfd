import { leaveRegions } from "../../clouds/azure/leave-regions";
import { showInGallery } from "../../clouds/azure/api/galleries";
import { closedRegionsIn, regionsAllowedIn } from "../../config/azure/access";
import { textsIn } from "../../config/access";
import { UNKNOWN } from "../../facts/engine";
import type { Properties, ResourceHandler } from "../../plugin/resource";
import { Shape } from "../../plugin/shape";
import type { ClosedRegions, RegionClosingArgs } from "../../resources/azure/region-closing";
import { type ClosingKind, closingHandler, type ClosingTimes } from "../closing";
import { flag, text, texts } from "../fields";
import { ownerOf } from "../preflight-report";
import { AREA, galleryIdOf, PLACE } from "./closing-place";
import { closingSession } from "./session";

export const regionClosingKind: ClosingKind<RegionClosingArgs> = {
  inputs: Shape.of<RegionClosingArgs>({
    ...PLACE,
    ...{ definition: text, version: text, regions: texts, allowed: flag },
  }),
  replaceOn: ["resourceGroup", "gallery", "definition", "version"],
  placeOf: ({ gallery, definition, version }) => `gallery version ${gallery}/${definition}/${version}`,
  areaOf: () => AREA,
  granteesOf: (args) => regionsAllowedIn({ ...args }),
  // A version that nobody may have goes as a whole, by its own closing.
  nobody: (args) => ({ ...args, allowed: false }),
  looksAtFirst: () => false,
  async close(args, call) {
    if (!args.allowed) return false;
    const id = `${await galleryIdOf(args)}/images/${args.definition}/versions/${args.version}`;
    const became = await leaveRegions(closingSession(call), id, args.regions, ownerOf(call.urn));
    if (became === "leaving") {
      call.log(
        "info",
        `Azure has accepted to take version ${showInGallery(id)} out of regions; until that is done, machines may still be made of it there`,
      );
    }
    return became !== "absent";
  },
};

/** A closing that keeps which regions it closed, and when: the version stays, and has others. */
export function regionClosingHandler(times?: ClosingTimes): ResourceHandler {
  const base = closingHandler(regionClosingKind, times);
  const kept = (old: Properties | undefined, next: Properties): Properties => ({
    ...next,
    closedRegions: next.closings === UNKNOWN ? UNKNOWN : closedNow(old ?? {}, next),
  });
  return {
    ...base,
    computed: [...base.computed, "closedRegions"],
    async plan(old, inputs, call) {
      return kept(old?.outputs, (await base.plan?.(old, inputs, call)) ?? inputs);
    },
    async create(inputs, call) {
      const { id, outputs } = await base.create(inputs, call);
      return { id, outputs: kept(undefined, outputs) };
    },
    async update(id, old, inputs, call) {
      return kept(old.outputs, (await base.update?.(id, old, inputs, call)) ?? inputs);
    },
  };
}

export const regionClosing = regionClosingHandler();

/** Which regions were taken out, by what the closing kept before and what it keeps now. */
export function closedNow(old: Properties, next: Properties): ClosedRegions {
  const before = closedRegionsIn(old);
  const count = next.closings as number;
  if (count === (old.closings ?? 0)) return before;
  const may = regionsAllowedIn(next);
  const taken = [...regionsAllowedIn(old), ...textsIn(old.openFor)].filter((region) => !may.includes(region));
  // One that was begun and is not wanted any more: nobody knows of which regions.
  const closed = taken.length > 0 ? taken : may;
  return { ...before, ...Object.fromEntries(closed.map((region) => [region, count])) };
}
