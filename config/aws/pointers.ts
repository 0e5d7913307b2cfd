import type { Build } from "../build";
import { isFreeKey, TAKEN_KEYS } from "../keys";
import { templateValues } from "../naming";
import type { ConfigPath, Problem } from "../problem";
import type { Product } from "../product";
import { fillTemplate } from "../template";
import { seriesCure, seriesOf } from "../variant";
import type { AwsConfig } from "./schema";

/** Names of the parameters that may hold an image, in config order. */
export function pointersTo(
  { pointers }: Pick<AwsConfig, "pointers">,
  product: Product,
  build: Pick<Build, "release" | "architecture">,
): string[] {
  return pointers.map((template) => fillTemplate(template, templateValues(product, build)));
}

/**
 * Systems Manager, "Understanding parameter name requirements and constraints", and API reference, PutParameter (read
 * 2026-11). The 1011 characters include the ARN in front of the name:
 * `arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/` is the longest one, counted here for every region.
 */
const NAME_LIMIT = 1011 - "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/".length;
const LEVELS_LIMIT = 15;

/** Requirement that a parameter's name violates; `undefined`: the name is valid. */
function parameterNameFault(name: string): string | undefined {
  if (!/^[A-Za-z0-9_.\-/]+$/.test(name)) return "letters, digits and . - _ / only";
  // The name is a key of the outputs.
  if (!isFreeKey(name)) return `another word: none of ${TAKEN_KEYS}`;
  if (name.includes("/") && !name.startsWith("/")) return "a / in front, because it has one further on";
  if (/\/$|\/\//.test(name)) return "something after every /";
  if (/^\/?(aws|ssm)/i.test(name)) return "a name that does not begin with aws or ssm, which AWS keeps";
  if (name.replace(/^\//, "").split("/").length > LEVELS_LIMIT) return `at most ${LEVELS_LIMIT} levels`;
  if (name.length > NAME_LIMIT) return `at most ${NAME_LIMIT} characters when filled in`;
  return undefined;
}

/** Names that SSM refuses, and names that do not identify the image they hold. */
export function pointerProblems(
  { pointers }: Pick<AwsConfig, "pointers">,
  product: Product,
  builds: readonly Build[],
): Problem[] {
  const taken = new Map<string, { readonly index: number; readonly series: string }>();
  return pointers.flatMap((template, index): Problem[] => {
    const path: ConfigPath = ["aws", "pointers", index];
    for (const build of builds) {
      const name = fillTemplate(template, templateValues(product, build));
      const needs = parameterNameFault(name);
      if (needs !== undefined) {
        return [
          { path, needs: `the name of an SSM parameter: ${needs}`, given: name, cure: "Change the template" },
        ];
      }
      // SSM treats /name and name as the same parameter.
      const key = name.replace(/^\//, "");
      const other = taken.get(key);
      if (other !== undefined && other.index !== index) {
        return [
          {
            path,
            needs: `a name of its own: pointers[${other.index}] gives this one`,
            given: name,
            cure: "Remove one of the two",
          },
        ];
      }
      const series = seriesOf(build);
      if (other !== undefined && other.series !== series) {
        return [
          {
            path,
            needs: "a parameter for each architecture and variant",
            given: `${name} for ${other.series} and ${series}`,
            cure: seriesCure(other.series, series),
          },
        ];
      }
      taken.set(key, { index, series });
    }
    return [];
  });
}
