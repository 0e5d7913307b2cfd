/** The options that name a publisher's signed index. Loads nothing: most runs name none. */
export interface IndexOptions {
  /** URL or folder. */
  index?: string;
  /** A root from the publisher. */
  root?: string;
  /** Product, root and address in one file. */
  trust?: string;
}

/** Options that are missing or do not belong together, a line each. */
export function indexProblems({ index, root, trust }: IndexOptions): string[] {
  return [
    ...(trust !== undefined && root !== undefined
      ? ["--trust holds a root already: leave --root out, or name the index with --index"]
      : []),
    ...(index !== undefined && root === undefined && trust === undefined
      ? [
          "--root is missing: whose index is it? Get the root (or a trust file, --trust) from the publisher over another way than the index",
        ]
      : []),
    ...(root !== undefined && index === undefined
      ? ["--index is missing: where is the index of this root?"]
      : []),
  ];
}

export const isIndexed = ({ index, trust }: IndexOptions) => index !== undefined || trust !== undefined;
