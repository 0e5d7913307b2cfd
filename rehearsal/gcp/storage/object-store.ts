import fs from "node:fs";
import path from "node:path";
import { randomUUID } from "node:crypto";
import { GoogleError } from "../errors";
import type { Identity } from "../identities";
import type { Table } from "../../store/journal";
import { storageTime } from "../time";
import { demand, denied } from "./access";
import type { Bucket } from "./bucket";
import { Checksums, compareChecksums, type ClaimedChecksums } from "./checksums";
import { refuseKept } from "./kept";
import { checkPreconditions, type ObjectMetadata, type Preconditions, type StoredObject } from "./object";

/** A deleted object, with the time of deletion and the end of its retention. */
export interface SoftDeletedObject extends StoredObject {
  softDeleteTime: string;
  hardDeleteTime: string;
}

/** Buckets and objects of all projects, and the files with the objects' bytes. */
export class ObjectStore {
  private lastGeneration = 0;
  private readonly contents: string;

  constructor(
    directory: string,
    readonly buckets: Table<Bucket>,
    private readonly objects: Table<StoredObject>,
    private readonly retired: Table<SoftDeletedObject>,
    /** Offset of a byte to corrupt immediately after storing, undetected by the checksums computed on arrival. */
    private readonly rotsAt: (object: string, size: number) => number | undefined = () => undefined,
  ) {
    this.contents = path.join(directory, "objects");
    fs.mkdirSync(this.contents, { recursive: true });
    const held = new Set<string>();
    for (const object of objects.values()) {
      held.add(object.generation);
      this.lastGeneration = Math.max(this.lastGeneration, Number(object.generation));
    }
    for (const file of fs.readdirSync(this.contents)) {
      if (!held.has(file)) fs.rmSync(path.join(this.contents, file));
    }
  }

  /** The bucket, after checking the caller's permission. Existence is checked before rights. */
  bucket(caller: Identity | undefined, name: string, permission: string): Bucket {
    const bucket = this.buckets.get(name);
    if (!bucket) {
      if (!caller) throw denied(caller, permission);
      throw new GoogleError(404, "notFound", "The specified bucket does not exist.");
    }
    demand(caller, permission, bucket);
    return bucket;
  }

  find(bucket: string, name: string): StoredObject | undefined {
    return this.objects.get(key(bucket, name));
  }

  /** The object, after checking the caller's permission. `generation` may name a deleted one. */
  object(
    caller: Identity | undefined,
    permission: string,
    { bucket, object }: Readonly<Record<string, string>>,
    generation: string | null,
  ): StoredObject {
    this.bucket(caller, bucket ?? "", permission);
    const found = this.find(bucket ?? "", object ?? "");
    if (!found || (generation !== null && generation !== found.generation)) {
      throw new GoogleError(404, "notFound", `No such object: ${bucket}/${object}`);
    }
    return found;
  }

  list(bucket: string): StoredObject[] {
    return [...this.all()].filter((object) => object.bucket === bucket);
  }

  all(): IterableIterator<StoredObject> {
    return this.objects.values();
  }

  /** File with the object's bytes. */
  file(object: StoredObject): string {
    return path.join(this.contents, object.generation);
  }

  /** Receives bytes as a stream; they are not an object yet. */
  async receive(bytes: AsyncIterable<Buffer>): Promise<{ file: string; sums: Checksums }> {
    const file = path.join(this.contents, `incoming-${randomUUID()}`);
    const sums = new Checksums();
    const handle = await fs.promises.open(file, "w", 0o600);
    try {
      for await (const chunk of bytes) {
        await handle.writeFile(chunk);
        sums.update(chunk);
      }
    } catch (error) {
      await fs.promises.rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return { file, sums };
  }

  /** Creates an object from received bytes, atomically, if checksums and preconditions hold; otherwise drops them. */
  commit(
    received: { file: string; sums: Checksums },
    target: { bucket: Bucket; name: string; metadata: ObjectMetadata },
    claimed: ClaimedChecksums,
    conditions: Preconditions,
  ): StoredObject {
    const { bucket, name, metadata } = target;
    const before = this.find(bucket.name, name);
    try {
      const size = received.sums.length;
      const found = received.sums.finish();
      compareChecksums(claimed, found);
      checkPreconditions(conditions, before);
      if (before) refuseKept(before, bucket);
      const now = storageTime();
      const object: StoredObject = {
        bucket: bucket.name,
        name,
        generation: this.nextGeneration(),
        metageneration: 1,
        size,
        ...found,
        storageClass: bucket.storageClass,
        timeCreated: now,
        updated: now,
        contentType: "application/octet-stream",
        ...metadata,
      };
      fs.renameSync(received.file, this.file(object));
      const rotten = this.rotsAt(name, size);
      if (rotten !== undefined) turnBit(this.file(object), rotten);
      this.objects.set(key(bucket.name, name), object);
      if (before) this.retire(before);
      return object;
    } catch (error) {
      fs.rmSync(received.file, { force: true });
      throw error;
    }
  }

  /** Changes metadata only. */
  update(object: StoredObject, metadata: ObjectMetadata): StoredObject {
    const { bucket, name, generation, size, crc32c, md5Hash, storageClass, timeCreated } = object;
    const kept = { bucket, name, generation, size, crc32c, md5Hash, storageClass, timeCreated };
    const after = { ...kept, metageneration: object.metageneration + 1, updated: storageTime(), ...metadata };
    this.objects.set(key(bucket, name), after);
    return after;
  }

  delete(object: StoredObject): void {
    refuseKept(object, this.buckets.get(object.bucket));
    this.objects.delete(key(object.bucket, object.name));
    this.retire(object);
  }

  /** Objects that are deleted but still retained, and billed, by their bucket's soft delete policy. */
  *softDeleted(): Generator<SoftDeletedObject> {
    for (const object of this.retired.values()) {
      if (this.buckets.get(object.bucket) && Date.parse(object.hardDeleteTime) > Date.now()) yield object;
    }
  }

  /**
   * The bytes are deleted at once, as nothing here restores them; only the retention matters.
   * cloud.google.com/storage/docs/soft-delete, read 2026-11.
   */
  private retire(object: StoredObject): void {
    fs.rmSync(this.file(object), { force: true });
    const seconds = this.buckets.get(object.bucket)?.softDeleteSeconds ?? 0;
    if (seconds === 0) return;
    const hardDeleteTime = storageTime(Date.now() + seconds * 1000);
    this.retired.set(object.generation, { ...object, softDeleteTime: storageTime(), hardDeleteTime });
  }

  /** Generations are microseconds since 1970 in Cloud Storage, strictly increasing. */
  nextGeneration(): string {
    this.lastGeneration = Math.max(Date.now() * 1000, this.lastGeneration + 1);
    return String(this.lastGeneration);
  }
}

function key(bucket: string, name: string): string {
  return `${bucket}/${name}`;
}

function turnBit(file: string, at: number): void {
  const descriptor = fs.openSync(file, "r+");
  const byte = Buffer.alloc(1);
  fs.readSync(descriptor, byte, 0, 1, at);
  fs.writeSync(descriptor, Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, at);
  fs.closeSync(descriptor);
}
