import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { PROJECT, STACK_SCHEMA } from "../place";

export interface OwnDisk {
  /** Path of the raw disk, as typed. */
  image: string;
  product: string;
  architecture?: string;
  /** Default: the product's name. */
  stack?: string;
  /** Default: the date of the file's last modification, e.g. `20261120.0`. */
  version?: string;
}

/** Location of a user's own disk in the project, ready to be published. */
export interface PreparedDisk {
  stack: string;
  product: string;
  /** Paths relative to the project's folder. */
  stackFile: string;
  imageFile: string;
  rawDisk: string;
  version: string;
  /** `imprimatur inspect` still has to create the image file. */
  inspect: boolean;
}

/**
 * Links a user's disk to where the program expects it and writes a stack file that publishes it, unless there is one.
 *
 * @throws one line with the cure: no such file, an unusable name, a stack file without this version
 */
export function prepareOwnDisk({ image, product, version, stack = product }: OwnDisk): PreparedDisk {
  const found = statSync(image, { throwIfNoEntry: false });
  if (!found) throw new Error(`${image}: there is no such file; --image takes the path of a raw disk`);
  if (!found.isFile()) throw new Error(`${image}: not a regular file; --image takes the path of a raw disk`);
  if (!/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/.test(product)) {
    throw new Error(`--product ${product}: give 1 to 40 characters of a-z, 0-9 and -, as in my-linux`);
  }
  const release = version ?? `${found.mtime.toISOString().slice(0, 10).replaceAll("-", "")}.0`;
  const folder = join("images", product);
  const imageFile = join(folder, `${release}.json`);
  const rawDisk = join(folder, basename(image));
  mkdirSync(join(PROJECT, folder), { recursive: true });
  link(resolve(image), join(PROJECT, rawDisk));

  const stackFile = join("stacks", `Pulumi.${stack}.yaml`);
  mkdirSync(join(PROJECT, "stacks"), { recursive: true });
  if (!existsSync(join(PROJECT, stackFile))) {
    writeFileSync(join(PROJECT, stackFile), stackText(product, release, imageFile));
  } else if (!readFileSync(join(PROJECT, stackFile), "utf8").includes(imageFile)) {
    throw new Error(
      `${stackFile} is there and publishes another version: add to its releases ` +
        `{ version: "${release}", state: published, imageFile: ${imageFile} }, or say --version, or --stack for a stack file besides it`,
    );
  }
  const inspect = !existsSync(join(PROJECT, imageFile));
  return { stack, product, stackFile, imageFile, rawDisk, version: release, inspect };
}

function link(from: string, to: string): void {
  if (existsSync(to)) {
    if (realpathSync(to) === realpathSync(from)) return;
    throw new Error(`${to} is another file of that name: rename the disk, or say another --product`);
  }
  rmSync(to, { force: true }); // a dangling link
  symlinkSync(from, to);
}

function stackText(product: string, version: string, imageFile: string): string {
  return `# yaml-language-server: $schema=${STACK_SCHEMA}
# Written for a rehearsal, with its values: not for a real account. Every key is explained in docs/config.md.
config:
  imprimatur:product:
    name: ${product}
    # Who answers for the images, as users know them.
    publisher: Me
    # "official" is for the makers of a system; an image made from another one's says what it is based on.
    provenance:
      basedOn: another system
  imprimatur:releases:
    - version: "${version}"
      # staged -> published -> deprecated -> withdrawn; removing the entry deletes the release everywhere.
      state: published
      imageFile: ${imageFile}
      # A rehearsal is torn down at once. Remove this line before somebody uses the images.
      protect: false
  # Nothing becomes public, and nothing public is deleted, unless it is named here or with 'imprimatur up --allow'.
  imprimatur:allow:
    - make-public:${version}
  # Signs which cloud images hold which bytes; the rehearsal's key is in its environment. Yours: docs/verify.md.
  imprimatur:record: {}
  imprimatur:aws:
    homeRegion: eu-central-1
    # A region is published to by naming it; {} takes everything from below.
    regions:
      eu-central-1: {}
      eu-west-1: {}
      us-east-1: {}
      us-west-2: {}
      ap-southeast-1: {}
    sharing:
      # Everyone. For single accounts instead: accounts: ["123456789012"]
      public: true
  # A cloud that you do not publish to: leave its block out.
  imprimatur:gcp:
    # The rehearsal's own; in a real cloud yours.
    project: rehearsal-publisher
    bucket:
      # What is uploaded passes through it. Its name is unique on all of Google Cloud.
      name: ${product}-archives
      location: eu
    sharing:
      public: true
  imprimatur:azure:
    resourceGroup:
      name: ${product}
    location: westeurope
    gallery:
      name: ${product.replaceAll("-", "_")}
      sharing:
        # Everyone. For single subscriptions instead of this: subscriptions: ["01234567-…"]
        community:
          publicNamePrefix: rehearsal
          publisherUri: https://images.example
          publisherContact: images@images.example
          eula: https://images.example/eula
    regions:
      westeurope: {}
      eastus: {}
`;
}
