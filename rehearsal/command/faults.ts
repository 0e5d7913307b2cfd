import { readFileSync } from "node:fs";
import { parse } from "yaml";
import * as aws from "../aws/fault-kinds";
import * as azure from "../azure/fault-kinds";
import { type FaultKinds, type Member, membersOf, readFault, type Translate } from "../faults/kinds";
import { WHICH } from "../faults/which";
import * as gcp from "../gcp/fault-kinds";

interface Catalogue {
  readonly name: string;
  readonly kinds: FaultKinds;
  readonly translate: Translate;
}

/** Faults by cloud. */
export const CATALOGUE: Readonly<Record<string, Catalogue>> = {
  aws: { name: "AWS", kinds: aws.KINDS, translate: aws.translate },
  gcp: { name: "Google Cloud", kinds: gcp.KINDS, translate: gcp.translate },
  azure: { name: "Azure", kinds: azure.KINDS, translate: azure.translate },
};

interface ListedFault {
  readonly kind: string;
  readonly what: string;
  readonly members: readonly Member[];
  /** A complete fault. */
  readonly example: Readonly<Record<string, unknown>>;
  readonly source?: string | undefined;
}

/** @throws Error for an unknown cloud, with a list of the known ones */
export function listedFaults(cloud?: string): Record<string, ListedFault[]> {
  const clouds = cloud === undefined ? Object.keys(CATALOGUE) : [cloud];
  return Object.fromEntries(
    clouds.map((name) => [
      name,
      Object.entries(catalogueOf(name).kinds).map(([kind, details]) => ({
        kind,
        what: details.what,
        members: membersOf(details),
        example: { cloud: name, kind, ...details.example },
        source: details.source,
      })),
    ]),
  );
}

/** Members that select requests: common ones first, then those of single clouds. */
const OF_REQUESTS = new Set([...Object.keys(WHICH), "service", "region", "account"]);

/** A kind's own members, and whether it has those that select requests. */
export function ownMembers({ members }: ListedFault): { own: Member[]; isOfRequests: boolean } {
  const isOfRequests = members.some(({ name }) => name === "probability");
  return { own: members.filter(({ name }) => !isOfRequests || !OF_REQUESTS.has(name)), isOfRequests };
}

/** The members by which a cloud's faults select requests. */
export function whichOf(cloud: string): Member[] {
  const throttle = listedFaults(cloud)[cloud]?.find(({ kind }) => kind === "throttle");
  return throttle?.members.filter(({ name }) => OF_REQUESTS.has(name)) ?? [];
}

/** The same as text: effect, members, an example. */
export function faultList(cloud?: string): string {
  const lines: string[] = [];
  for (const [name, kinds] of Object.entries(listedFaults(cloud))) {
    lines.push(lines.length === 0 ? `${catalogueOf(name).name}` : `\n${catalogueOf(name).name}`);
    for (const fault of kinds) {
      const { own, isOfRequests } = ownMembers(fault);
      lines.push("", `  ${fault.kind}: ${fault.what}`, ...own.map((member) => `    ${sayMember(member)}`));
      if (isOfRequests) lines.push("    which requests: see below");
      lines.push(`    ${JSON.stringify(fault.example)}`);
    }
    lines.push("", "  Which requests (all of them, where nothing is said):");
    lines.push(...whichOf(name).map((member) => `    ${sayMember(member)}`));
  }
  return `${lines.join("\n")}\n`;
}

const sayMember = ({ name, optional, takes, meaning }: Member) =>
  `${name}${optional ? " (optional)" : ""}: ${takes}; ${meaning}`;

/**
 * The faults in a file, each in its cloud's form.
 *
 * @throws Error with every problem of the file, each with its index in the list
 */
export function readFaultFile(file: string): unknown[] {
  let given: unknown;
  try {
    given = parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message.split("\n")[0]}`, { cause: error });
  }
  if (!Array.isArray(given)) throw new Error(`${file}: a list of faults is wanted`);
  const problems = given.flatMap((fault, index) => {
    try {
      const { cloud = "aws", ...members } = (fault ?? {}) as { cloud?: string };
      const { kinds, translate } = catalogueOf(cloud);
      readFault(cloud, kinds, members, translate);
      return [];
    } catch (error) {
      return [`${file}, fault ${index + 1}: ${(error as Error).message}`];
    }
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return given;
}

function catalogueOf(cloud: string): Catalogue {
  const found = CATALOGUE[cloud];
  if (!found)
    throw new Error(`no cloud ${JSON.stringify(cloud)}; there are ${Object.keys(CATALOGUE).join(", ")}`);
  return found;
}
