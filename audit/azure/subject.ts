import { showInGallery } from "../../clouds/azure/api/galleries";
import type { Subject } from "../finding";

type Kinds = "resource group" | "gallery" | "definition" | "version" | "disk";

export function subjectOf(kind: Kinds, id: string, release?: string, region = "global"): Subject {
  const shown =
    kind === "resource group" || kind === "disk" ? (id.split("/").at(-1) ?? id) : showInGallery(id);
  return { cloud: "azure", region, release, object: { kind, id: shown } };
}
