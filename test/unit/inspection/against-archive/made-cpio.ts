/** A member of a cpio archive. Two with one inode are hard links. */
export interface Made {
  readonly name: string;
  readonly data?: Buffer | string;
  readonly mode?: number;
  readonly inode?: number;
}

/** A cpio archive in the format newc, with its trailer. */
export function madeCpio(members: readonly Made[]): Buffer {
  const parts = [...members, { name: "TRAILER!!!" }].map(
    ({ name, data = "", mode = 0o100644, inode }: Made, at) => {
      const content = Buffer.from(data as string);
      const fields = [inode ?? 1000 + at, mode, 0, 0, inode === undefined ? 1 : 2, 0, content.length];
      const head = [...fields, 0, 0, 0, 0, name.length + 1, 0].map((each) =>
        each.toString(16).padStart(8, "0"),
      );
      return Buffer.concat([padded(Buffer.from(`070701${head.join("")}${name}\0`)), padded(content)]);
    },
  );
  return Buffer.concat(parts);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
