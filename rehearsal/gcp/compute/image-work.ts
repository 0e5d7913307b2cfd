import fs from "node:fs";
import { GIB, KIB } from "../../../facts/units";
import type { DiskReference, Disks } from "../disks";
import type { StoredObject } from "../storage/object";
import type { ObjectStore } from "../storage/object-store";
import { ArchiveRefusal, readArchive } from "./archive";
import type { Image } from "./image";
import { archiveGone, type Images } from "./images";
import { OperationFailure, type Operations, type Run, type Work } from "./operations";

/**
 * Google's `archiveSizeBytes`: the size of its own copy, never that of the archive that was imported, and always a
 * multiple of 64. In public records (debian-9-v20190514 and others, read 2026-11) a disk of 10 GB has 10.8 GB.
 */
function storedSize({ size }: DiskReference): number {
  return Math.ceil((size * 1.005) / 64) * 64;
}

/** The work of the operations on images. */
export class ImageWork {
  constructor(
    private readonly images: Images,
    private readonly disks: Disks,
    private readonly objects: ObjectStore,
  ) {
    disks.restore([...images.all()].flatMap(({ disk }) => (disk ? [disk] : [])));
  }

  register(operations: Operations): void {
    operations.register(
      "insert",
      (work, run) => this.insert(work, run),
      (work) => this.abandon(work),
    );
    operations.register("delete", async (work) => this.delete(work));
    operations.register("change", async (work) => this.change(work));
  }

  private async insert(work: Work, run: Run): Promise<void> {
    const image = this.image(work.image);
    if (!image)
      throw new OperationFailure(
        "RESOURCE_NOT_FOUND",
        "The image was deleted while it was created.",
        404,
        "NOT FOUND",
      );
    // After a restart between the last block and the end of the operation the work is already done.
    const disk = image.disk ?? (await this.content(work, run));
    const least = disk.size / GIB;
    if (image.diskSizeGb !== 0 && image.diskSizeGb < least) {
      this.disks.drop(disk);
      throw new OperationFailure(
        "INVALID_FIELD_VALUE",
        `Invalid value for field 'resource.diskSizeGb': '${image.diskSizeGb}'. Requested disk size cannot be smaller than the image size (${least} GB)`,
      );
    }
    this.images.set({
      ...image,
      status: "READY",
      disk,
      diskSizeGb: image.diskSizeGb || least,
      archiveSizeBytes: image.archiveSizeBytes || storedSize(disk),
    });
  }

  private async content({ archive, source }: Work, run: Run): Promise<DiskReference> {
    if (archive) return this.importArchive(archive, run);
    if (source !== undefined) return this.copyDisk(source);
    throw new Error("an insert names neither an archive nor an image");
  }

  private async importArchive(archive: NonNullable<Work["archive"]>, run: Run): Promise<DiskReference> {
    const present = (): StoredObject => {
      const object = this.objects.find(archive.bucket, archive.object);
      if (object && object.generation === archive.generation) return object;
      const gone = archiveGone(archive.bucket, archive.object);
      throw new OperationFailure("RESOURCE_NOT_FOUND", gone.message, 404, "NOT FOUND");
    };
    const object = present();
    const stream = fs.createReadStream(this.objects.file(object), {
      highWaterMark: 256 * KIB,
      signal: run.signal,
    });
    let percent = 0;
    stream.on("data", () => {
      const now = Math.floor((stream.bytesRead / Math.max(1, object.size)) * 9) * 10;
      if (now > percent) run.report((percent = now));
    });
    stream.pause();
    try {
      return await this.disks.write(async (sink) => {
        const size = await readArchive(stream, sink);
        present();
        return size;
      });
    } catch (error) {
      if (error instanceof ArchiveRefusal) throw new OperationFailure("INVALID_USAGE", error.message);
      throw error;
    }
  }

  private copyDisk(key: string): DiskReference {
    const source = this.image(key);
    if (!source?.disk) {
      throw new OperationFailure(
        "RESOURCE_NOT_FOUND",
        `The source image '${key}' was not found`,
        404,
        "NOT FOUND",
      );
    }
    return this.disks.share(source.disk);
  }

  /** An image whose creation failed disappears (rancher/os issue 1998): its name is free again. */
  private abandon(work: Work): void {
    const image = this.image(work.image);
    if (image) this.images.remove(image);
  }

  private delete(work: Work): void {
    const image = this.image(work.image);
    if (!image) return;
    if (image.disk) this.disks.drop(image.disk);
    this.images.remove(image);
  }

  /** A change of plain fields; null removes a field. */
  private change(work: Work): void {
    const image = this.image(work.image);
    if (!image)
      throw new OperationFailure(
        "RESOURCE_NOT_FOUND",
        `The resource '${work.image}' was not found`,
        404,
        "NOT FOUND",
      );
    const fields = Object.entries({ ...image, ...work.fields }).filter(([, value]) => value !== null);
    this.images.set(Object.fromEntries(fields) as unknown as Image);
  }

  /** By `project/name`. */
  private image(key: string): Image | undefined {
    const [project = "", name = ""] = key.split("/");
    return this.images.find(project, name);
  }
}
