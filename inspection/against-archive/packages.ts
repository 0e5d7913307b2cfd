/** A file, folder or link as a package of the archive brings it. */
export interface PackagedFile {
  /** Absolute, as written in the package. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  /** Permissions, with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a link, as written. */
  readonly target?: string;
  /** Content of a file, hex. */
  readonly sha256?: string;
}

/** An installed package with what the signed archive's .deb holds. */
export interface ArchivedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Of the .deb, hex. */
  readonly sha256: string;
  readonly contents: {
    /** Text of the control file. */
    readonly control: string;
    /** SHA-256 of the other control files by name, hex. */
    readonly scripts: Readonly<Record<string, string>>;
    readonly conffiles: readonly string[];
    readonly files: readonly PackagedFile[];
  };
}

/** The archive's packages of an image. */
export interface ArchivedSystem {
  readonly packages: readonly ArchivedPackage[];
  /** Installed packages that no index has in this version. */
  readonly absent: readonly {
    readonly name: string;
    readonly version: string;
    readonly architecture: string;
  }[];
}
