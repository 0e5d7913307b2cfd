import { posix } from "node:path";
import type { Tree } from "./tree";

/** Unit folders by precedence (systemd.unit(5)); `/lib` if not a link to `/usr/lib`. */
const FOLDERS = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

/** State of a unit at boot: systemctl(1), `mask`, `enable`. `absent`: no unit of that name. */
type UnitState = "absent" | "masked" | "wanted" | "not wanted";

/** A unit is masked by an empty file or a link to /dev/null in its place, and wanted by a link in some `….wants`. */
export function unitState(root: Tree, unit: string): UnitState {
  const folder = FOLDERS.find((each) => root.list(each)?.some(({ name }) => name === unit));
  if (folder === undefined) return "absent";
  if ((root.read(posix.join(folder, unit))?.length ?? 0) === 0) return "masked";
  const wanted = FOLDERS.some((each) =>
    (root.list(each) ?? [])
      .filter(({ name }) => /\.(wants|requires)$/.test(name))
      .some(({ name }) => root.list(`${each}/${name}`)?.some((link) => link.name === unit)),
  );
  return wanted ? "wanted" : "not wanted";
}
