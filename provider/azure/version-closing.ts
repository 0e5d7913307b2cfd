import { closeVersion } from "../../clouds/azure/close-version";
import { showInGallery } from "../../clouds/azure/api/galleries";
import { versionGranteesIn } from "../../config/azure/access";
import { Shape } from "../../plugin/shape";
import type { VersionClosingArgs } from "../../resources/azure/version-closing";
import { type ClosingKind, closingHandler } from "../closing";
import { flag, text } from "../fields";
import { ownerOf } from "../preflight-report";
import { AREA, galleryIdOf, PLACE } from "./closing-place";
import { closingSession } from "./session";

export const versionClosingKind: ClosingKind<VersionClosingArgs> = {
  inputs: Shape.of<VersionClosingArgs>({
    ...PLACE,
    ...{ definition: text, version: text, allowed: flag },
  }),
  replaceOn: ["resourceGroup", "gallery", "definition", "version"],
  placeOf: ({ gallery, definition, version }) => `gallery version ${gallery}/${definition}/${version}`,
  areaOf: () => AREA,
  granteesOf: ({ allowed }) => versionGranteesIn({ allowed }),
  nobody: (args) => ({ ...args, allowed: false }),
  looksAtFirst: ({ allowed }) => !allowed,
  async close(args, call) {
    const id = `${await galleryIdOf(args)}/images/${args.definition}/versions/${args.version}`;
    const became = await closeVersion(closingSession(call), id, ownerOf(call.urn));
    if (became === "deleting") {
      call.log(
        "info",
        `Azure has accepted to delete version ${showInGallery(id)}, which takes 90 s and more; until it is gone, whoever knows its id may still use it`,
      );
    }
    return became !== "absent";
  },
};

export const versionClosing = closingHandler(versionClosingKind);
