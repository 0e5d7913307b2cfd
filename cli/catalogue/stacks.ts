/** The state of the stacks that publish the records' products. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { Deployment } from "../../audit/deployment";
import type { StackFacts } from "../../catalogue/stack-facts";
import { currentAccessIn } from "../../config/access";
import { CLOUD_CONFIGS } from "../../config/clouds";
import { resourceOf } from "../../plan/preview";
import { readText } from "../../trust/read-text";
import { readDeployment, stateIn } from "../deployment";
import { NoSuchStack } from "../engine";
import type { Io } from "../io";
import { Refusal } from "../problem";
import { readStackFile, type StackFile } from "../stack";

export interface StackOptions {
  /** Stacks that are asked for. Empty: each of the project whose product has a record. */
  readonly stack: readonly string[];
  /** Exports of stacks, in files: instead of asking the engine. */
  readonly state: readonly string[];
  /** The records alone. */
  readonly recordsOnly?: boolean;
}

/** A stack's state, and its stack file where there is one. */
interface KnownStack extends StackFacts {
  readonly stackFile?: StackFile;
}

/**
 * @param products that have records
 * @throws {Refusal} when a named stack or file cannot be read
 */
export async function knownStacks(
  options: StackOptions,
  products: readonly string[],
  io: Io,
): Promise<KnownStack[]> {
  if (options.recordsOnly) return [];
  if (options.state.length > 0) return options.state.map(fromExport);
  const known: KnownStack[] = [];
  if (options.stack.length > 0) {
    for (const stack of options.stack) known.push(await ask(readStackFile(stack)));
    return known;
  }
  for (const stackFile of stackFilesOf(products, io)) {
    try {
      known.push(await ask(stackFile));
    } catch (error) {
      if (!(error instanceof NoSuchStack)) throw error;
      io.err(`${stackFile.file}: this backend has no such stack: the state of its releases is not known\n`);
    }
  }
  return known;
}

/** Stack files of the project that publish one of the products. */
function stackFilesOf(products: readonly string[], io: Io): StackFile[] {
  if (!existsSync("Pulumi.yaml") || !existsSync("stacks")) return [];
  const names = readdirSync("stacks").flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return names.sort().flatMap((stack) => {
    try {
      const stackFile = readStackFile(stack);
      return products.includes(stackFile.config.product.name) ? [stackFile] : [];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      io.err(`left out: ${error.message.split("\n")[0]}\n`);
      return [];
    }
  });
}

/** Asks the engine; a stack that was destroyed has no release. */
export async function ask(stackFile: StackFile): Promise<KnownStack> {
  const { stack, config } = stackFile;
  const deployment = await readDeployment(stack);
  const { name: product, variant, variants, description } = config.product;
  const contents = Object.fromEntries(
    Object.entries(variants).map(([name, { description }]) => [name, description]),
  );
  return {
    ...{ stack, product, variant, contents, stackFile, ...factsIn(deployment) },
    description,
  };
}

function fromExport(file: string): KnownStack {
  const deployment = parse(readText(file), file);
  const [lifecycle] = deployment.ofType(LIFECYCLE);
  if (lifecycle === undefined)
    throw new Refusal(
      `${file}: nothing of a publication is in this state; give the file that \`pulumi stack export\` of its stack wrote`,
    );
  const product = resourceOf(lifecycle.urn).name;
  return { stack: path.basename(file), product, ...factsIn(deployment) };
}

const LIFECYCLE = "imprimatur:index:Lifecycle";

function parse(text: string, file: string): Deployment {
  try {
    return Deployment.parse(text);
  } catch (error) {
    throw new Refusal(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Ledger, and who has which images. */
export function factsIn(deployment: Deployment): Pick<StackFacts, "ledger" | "access"> {
  return {
    ledger: deployment.ledger,
    access: currentAccessIn(stateIn(deployment), CLOUD_CONFIGS).images,
  };
}
