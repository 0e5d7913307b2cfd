import { type ImageFile, readImageFile } from "../config/image-file";
import { type Problem, printableText } from "../config/problem";
import { NotUtf8, UnreadableFile } from "../facts/read-file";

interface ReadImageFiles {
  /** Valid image files, by their path in the stack file. */
  readonly imageFiles: ReadonlyMap<string, ImageFile>;
  /** Problems of the stack file's statements about them. */
  readonly problems: readonly Problem[];
  /** Problems inside them: whole lines, each with the image file's name. */
  readonly lines: readonly string[];
}

/**
 * Reads the image files named by the stack's values, before those values are validated, so that the problems of both
 * can be reported at once.
 *
 * @param read a file's text by its path in the project, or `undefined` when there is no such file; throws
 *   {@link UnreadableFile} where it cannot be read
 */
export function imageFilesOf(
  values: Readonly<Record<string, unknown>>,
  read: (path: string) => string | undefined,
): ReadImageFiles {
  const imageFiles = new Map<string, ImageFile>();
  const problems: Problem[] = [];
  const lines: string[] = [];
  releasesIn(values).forEach(({ imageFile: path, version }, index) => {
    if (typeof path !== "string" || !/^(?!\/).+\.json$/.test(path)) return; // The schema reports its problems.
    const at = ["releases", index, "imageFile"];
    const text = textOf(path, read);
    if (typeof text !== "string") {
      problems.push({
        path: at,
        cure: "Write it with `imprimatur inspect`, and commit it with the stack file",
        ...text,
      });
      return;
    }
    const { imageFile, message } = readImageFile(text, path);
    if (imageFile === undefined) {
      lines.push(...message.split("\n"));
      return;
    }
    problems.push(...mismatches(imageFile, { at, product: productNameIn(values), version }));
    imageFiles.set(path, imageFile);
  });
  return { imageFiles, problems, lines };
}

function textOf(
  path: string,
  read: (path: string) => string | undefined,
): string | (Pick<Problem, "needs" | "given"> & Partial<Pick<Problem, "cure">>) {
  try {
    return read(path) ?? { needs: "an image file that is there", given: path };
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    return {
      needs: "an image file that can be read",
      given: `${path}, which ${error.reason}`,
      ...(error instanceof NotUtf8 && { cure: error.cure }),
    };
  }
}

/** An image file of another product or version is a copy that was not made for this release. */
function mismatches(
  imageFile: ImageFile,
  { at, product, version }: { at: (string | number)[]; product: unknown; version: unknown },
): Problem[] {
  const cure = "Name the image file of this release, or run `imprimatur inspect` for it";
  const wanted = { product, version };
  return (["product", "version"] as const).flatMap((key) =>
    typeof wanted[key] === "string" && wanted[key] !== imageFile[key]
      ? [
          {
            path: at,
            needs: `an image file of ${key} ${printableText(String(wanted[key]))}`,
            given: `one of ${imageFile[key]}`,
            cure,
          },
        ]
      : [],
  );
}

function releasesIn({ releases }: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  if (!Array.isArray(releases)) return [];
  return releases.map((release: unknown) => (isMapping(release) ? release : {}));
}

function productNameIn({ product }: Readonly<Record<string, unknown>>): unknown {
  return isMapping(product) ? product.name : undefined;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
