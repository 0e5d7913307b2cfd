import type { Disks, DiskReference } from "./disks";
import { resourceNotFound } from "./errors";
import { route, type Incoming, type Route } from "./http/route";
import type { Images } from "./compute/images";
import { imagePath } from "./compute/links";
import { parseRange } from "./storage/object-routes";

/**
 * An addition to Google's API: the bytes of an image, for anyone who may use it (`compute.images.useReadOnly`), so
 * that a rehearsal can compare and boot published images.
 */
export function rehearsalRoutes(images: Images, disks: Disks): readonly Route[] {
  const diskOf = ({ caller, params }: Incoming): DiskReference => {
    const { project = "", image = "" } = params;
    const { disk } = images.get(caller, project, image, "compute.images.useReadOnly");
    if (!disk) throw resourceNotFound(imagePath(project, image));
    return disk;
  };
  return [
    route({
      method: "GET",
      path: "/rehearsal/images/{project}/{image}/disk.raw",
      handle(incoming) {
        const disk = diskOf(incoming);
        const range = parseRange(incoming.headers.range, disk.size);
        const [start, end] = Array.isArray(range) ? range : [0, disk.size];
        return {
          status: Array.isArray(range) ? 206 : 200,
          headers: {
            "Content-Type": "application/octet-stream",
            "Content-Length": String(end - start),
            ...(Array.isArray(range) ? { "Content-Range": `bytes ${start}-${end - 1}/${disk.size}` } : {}),
          },
          stream: disks.read(disk, start, end),
        };
      },
    }),
    route({
      method: "GET",
      path: "/rehearsal/images/{project}/{image}/blocks",
      handle(incoming) {
        const disk = diskOf(incoming);
        return { json: { size: disk.size, ...disks.blockDigests(disk) } };
      },
    }),
  ];
}
