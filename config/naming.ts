import type { Build } from "./build";
import type { ConfigPath, Problem } from "./problem";
import { describeProvenance, type Product } from "./product";
import { variantOf } from "./variant";
import { fillTemplate, type TemplateValues } from "./template";

export function templateValues(
  product: Product,
  build: Pick<Build, "release" | "architecture">,
): TemplateValues {
  const variant = variantOf(product, build.release);
  const contents = product.variants[variant]?.description;
  return {
    product: product.name,
    productVariant: variant === product.variant ? product.name : `${product.name}-${variant}`,
    variant,
    contents: contents === undefined ? "" : `: ${contents}`,
    publisher: product.publisher,
    provenance: describeProvenance(product),
    architecture: build.architecture,
    version: build.release.version,
  };
}

/** A template whose result is the name of an object in a cloud. */
interface NamePlan {
  readonly path: ConfigPath;
  readonly template: string;
  readonly product: Product;
  readonly builds: readonly Build[];
  /** Converts the filled-in template to the cloud's alphabet. */
  readonly spell: (text: string) => string;
  readonly isName: (name: string) => boolean;
  /** The requirement on a name, in words. */
  readonly rule: string;
}

/** Names that the cloud refuses, and names shared by two images. */
export function nameProblems({ path, template, product, builds, spell, isName, rule }: NamePlan): Problem[] {
  const problems: Problem[] = [];
  const takenBy = new Map<string, string>();
  for (const build of builds) {
    const what = `${build.release.version} ${build.architecture}`;
    const name = spell(fillTemplate(template, templateValues(product, build)));
    const other = takenBy.get(name);
    takenBy.set(name, what);
    if (!isName(name)) {
      problems.push({
        path,
        needs: rule,
        given: name,
        cure: `Change the template, which gives this for ${what}`,
      });
    } else if (other !== undefined) {
      problems.push({
        path,
        needs: "a name of its own for every image",
        given: `${name} for ${other} and for ${what}`,
        cure: "Put {version} and {architecture} into the template, and give releases versions that differ in more than their punctuation",
      });
    }
  }
  return problems;
}
