import type { Leftover } from "../../audit/sweep/leftover";
import { UsageProblem } from "../problem";
import type { Notes } from "./notes";

/** A try's part for one cloud: `cli/<cloud>/try.ts` has one for each. */
export interface TryCloud {
  /** A large region with all services: the default. */
  readonly home: string;
  /** The option that names the account. Absent: the credentials tell it. */
  readonly account?: AccountOption;
  /** @throws {CloudFailure | UsageProblem} when it is not known */
  readonly accountOf: (given: string | undefined, region: string) => Promise<string>;
  /** Its section of the stack file: private, in as few regions as possible. */
  readonly section: (notes: Notes) => object;
  /** Arguments of `imprimatur verify` that name a published image; with bytes where the cloud allows it. */
  readonly questions: (shown: Shown, notes: Notes) => string[][];
  /** The cloud's charges while a try runs, and as long as its leftovers exist. */
  readonly billed: (regions: number) => string;
  /** The cloud's own command that deletes a leftover, or words about it. */
  readonly removal: (leftover: Leftover) => string;
}

export interface AccountOption {
  /** `project` */
  readonly name: string;
  /** Environment variables with the default; the first one that is set counts. */
  readonly variables: readonly string[];
}

/** Ids of published images by architecture, or by architecture and region. */
export type Shown = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** @throws {UsageProblem} when neither the option nor a variable has it */
export function accountFrom({ name, variables }: AccountOption, given: string | undefined): string {
  const account = given ?? variables.map((variable) => process.env[variable]).find(Boolean);
  if (account !== undefined) return account;
  throw new UsageProblem(`which ${name}? Say --${name}, or set ${variables.join(" or ")}`);
}
