import { randomBytes, randomUUID } from "node:crypto";
import {
  BlobServiceClient,
  type ContainerClient,
  generateBlobSASQueryParameters,
  type PageBlobClient,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { MIB } from "../../../facts/units";
import { VHD_FOOTER_SIZE } from "../../../facts/vhd";
import { blankFooter, footerProblem } from "./footer";

/** Name of the one page blob in each container, as with real managed disks. */
const BLOB = "abcd";

/** Largest page write. */
const MAX_PAGES = 4 * MIB;

/** Content of a container: `bytes` counts written pages, without holes. */
interface StoredBlob {
  container: string;
  size: number;
  bytes: number;
}

/**
 * The page blobs of disks and versions in Azurite: one private container for each, so that access can be revoked
 * separately. A copy shares its source's pages inside Azurite, so it is free and keeps holes.
 */
export class Blobs {
  private readonly credential: StorageSharedKeyCredential;
  private readonly service: BlobServiceClient;

  constructor(account: string, key: string, port: number) {
    this.credential = new StorageSharedKeyCredential(account, key);
    this.service = new BlobServiceClient(`http://127.0.0.1:${port}/${account}`, this.credential, {
      retryOptions: { maxTries: 3, retryDelayInMs: 100 },
    });
  }

  private container(name: string): ContainerClient {
    return this.service.getContainerClient(name);
  }

  private blob(container: string): PageBlobClient {
    return this.container(container).getPageBlobClient(BLOB);
  }

  /** A hole of `size` bytes. Idempotent: an existing blob is kept. */
  async createHole(container: string, size: number): Promise<void> {
    await this.container(container).createIfNotExists();
    await this.blob(container).createIfNotExists(size);
  }

  /** An empty disk of `size` bytes as a fixed VHD. */
  async createBlankDisk(container: string, size: number): Promise<void> {
    await this.createHole(container, size + VHD_FOOTER_SIZE);
    await this.blob(container).uploadPages(blankFooter(size, randomBytes(16)), size, VHD_FOOTER_SIZE);
  }

  async copy(from: string, to: string): Promise<void> {
    await this.container(to).createIfNotExists();
    await (await this.blob(to).beginCopyFromURL(this.blob(from).url)).pollUntilDone();
  }

  async remove(container: string): Promise<void> {
    await this.container(container).deleteIfExists();
  }

  /**
   * A link valid until {@link revoke}: its permissions are in the container's access policy, as with real managed
   * disks, whose links also contain `si=<policy>`.
   */
  async grant(container: string, permissions: "r" | "rw", seconds: number): Promise<string> {
    const identifier = randomUUID();
    const startsOn = new Date(Date.now() - 5 * 60_000);
    const expiresOn = new Date(Date.now() + seconds * 1000);
    await this.container(container).setAccessPolicy(undefined, [
      { id: identifier, accessPolicy: { startsOn, expiresOn, permissions } },
    ]);
    const sas = generateBlobSASQueryParameters(
      { containerName: container, blobName: BLOB, identifier },
      this.credential,
    );
    return `${this.blob(container).url}?${sas.toString()}`;
  }

  async revoke(container: string): Promise<void> {
    await this.container(container).setAccessPolicy(undefined, []);
  }

  /** Azure's error about the uploaded VHD; `undefined` if valid. */
  async vhdProblem(container: string, uploadSize: number): Promise<string | undefined> {
    const blob = this.blob(container);
    const { contentLength: size = 0 } = await blob.getProperties();
    const url = blob.url;
    if (size !== uploadSize) {
      return `The blob ${url} has ${size} bytes. Disk is expected to have its uploadSizeBytes, ${uploadSize} bytes.`;
    }
    return footerProblem(await blob.downloadToBuffer(size - VHD_FOOTER_SIZE, VHD_FOOTER_SIZE), size, url);
  }

  /**
   * Changes one stored bit, which a verification must detect. The changed pages are written to a blob of their own
   * first, because Azurite's copies share one page list, and the change would show in all of them.
   */
  async corrupt(container: string, offset: number): Promise<void> {
    const [blob, scratch] = [this.blob(container), `scratch-${randomUUID()}`];
    const { contentLength: size = 0 } = await blob.getProperties();
    if (offset >= size)
      throw new Error(`offset ${offset} is past the end of ${container}, which has ${size} bytes`);
    await this.createHole(scratch, size);
    const write = async (start: number, count: number, change: (page: Buffer) => void) => {
      const page = await blob.downloadToBuffer(start, count);
      change(page);
      await this.blob(scratch).uploadPages(page, start, count);
    };
    for (const { start, end } of await writtenPages(blob)) {
      for (let at = start; at < end; at += MAX_PAGES) {
        await write(at, Math.min(MAX_PAGES, end - at), () => undefined);
      }
    }
    await write(offset - (offset % VHD_FOOTER_SIZE), VHD_FOOTER_SIZE, (page) => {
      page[offset % VHD_FOOTER_SIZE] = (page[offset % VHD_FOOTER_SIZE] ?? 0) ^ 1;
    });
    await this.copy(scratch, container);
    await this.remove(scratch);
  }

  async list(): Promise<StoredBlob[]> {
    const found: StoredBlob[] = [];
    for await (const { name } of this.service.listContainers()) {
      let [size, bytes] = [0, 0];
      for await (const item of this.container(name).listBlobsFlat()) {
        size += item.properties.contentLength ?? 0;
        const pages = await writtenPages(this.container(name).getPageBlobClient(item.name));
        bytes += pages.reduce((sum, { start, end }) => sum + end - start, 0);
      }
      found.push({ container: name, size, bytes });
    }
    return found;
  }
}

/** Written pages, `end` exclusive. The service's ranges end inclusively, and the client's `count` is one short. */
async function writtenPages(blob: PageBlobClient): Promise<{ start: number; end: number }[]> {
  const { pageRange = [] } = await blob.getPageRanges();
  return pageRange.map(({ offset, count = 0 }) => ({
    start: offset,
    end: offset + Math.ceil(count / VHD_FOOTER_SIZE) * VHD_FOOTER_SIZE,
  }));
}
