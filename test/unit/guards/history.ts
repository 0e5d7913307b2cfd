/** A random life of a stack, and the invariants after each call in it. */
import { ledgerOf } from "../../../components/lifecycle";
import { planStack } from "../../../components/plan";
import type { Ledger } from "../../../config/ledger";
import type { Statement } from "../../../plan/statement";
import { Clouds, GALLERY, type Seen } from "./clouds";
import { Engine, type Outcome, type Stack } from "./engine";
import { Random } from "./random";
import { changed, changedRegions, firstInRegions, firstWanted, stackFrom, type Wanted } from "./wanted";

const KINDS = ["make-public", "new-region", "delete-published", "shorten-end-of-life"];
const STEPS = 12;

/**
 * Runs the life of a seed.
 *
 * @returns the violated invariant and all events before it; `undefined`: none
 */
export async function live(seed: number): Promise<string | undefined> {
  const random = new Random(seed);
  const said: string[] = [];
  try {
    await new History(random, said).live();
    return undefined;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return [`seed ${seed}: ${what}`, ...said.map((line) => `  ${line}`)].join("\n");
  }
}

class History {
  private readonly clouds = new Clouds((seen) => this.look(seen));
  private readonly engine = new Engine(this.clouds);
  private wanted: Wanted;
  private former: Wanted | undefined;
  private readonly change: typeof changed;
  /** Access before the `up` that is under way. */
  private before: Seen = new Set();
  private statements: readonly Statement[] = [];
  private allow: readonly string[] = [];
  /** Regions that were announced for each release, by `cloud version`. */
  private readonly told = new Map<string, Set<string>>();
  /** Announced end of support, by version. */
  private readonly ends = new Map<string, string>();
  /** The ledger of the last `up` that was not refused. */
  private ledger: Ledger = {};

  constructor(
    private readonly random: Random,
    private readonly said: string[],
  ) {
    const isOfRegions = random.chance(0.3);
    this.wanted = isOfRegions ? firstInRegions(random) : firstWanted(random);
    this.change = isOfRegions ? changedRegions : changed;
    // Few calls of such a life matter, and one fault alone seldom shows what is kept wrongly.
    if (isOfRegions) this.clouds.weight = 4;
  }

  async live(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      if (step > 0) this.wanted = this.nextWanted();
      const stack = this.stack();
      const allow = this.random.some(KINDS);
      const ci = this.random.chance(0.5);
      const outcome = await this.up(stack, allow, ci, this.random);
      if (outcome === "refused" || this.random.chance(0.5)) continue;
      await this.goOn(stack, KINDS);
    }
  }

  /** A change, the same again, or the change of before taken back: what a release manager does after one that went wrong. */
  private nextWanted(): Wanted {
    if (this.former !== undefined && this.random.chance(0.15)) {
      const back = this.former;
      this.former = this.wanted;
      return back;
    }
    if (!this.random.chance(0.8)) return this.wanted;
    this.former = this.wanted;
    return this.change(this.wanted, this.random);
  }

  /**
   * The same again, with everything named in --allow: it succeeds, and then there is nothing left to do or to report.
   */
  private async goOn(stack: Stack, allow: readonly string[]): Promise<void> {
    const outcomes: Outcome[] = [];
    // Access that was removed without the sharing's knowledge is found by the first run, and shared by the second.
    for (let tries = 0; tries < 2 && outcomes.at(-1) !== "done"; tries += 1)
      outcomes.push(await this.up(stack, allow, true));
    if (outcomes.at(-1) !== "done") throw new Error(`the same again ends ${outcomes.join(", then ")}`);
    const left = this.engine.plan(stack, []).statements;
    if (left.length > 0) throw new Error(`done, and the plan says ${left.map(brief).join("; ")}`);
    if ((await this.up(stack, [], true)) !== "done") throw new Error("done, and refused when nothing is new");
    const missing = this.wantedNow(stack).filter((candidate) => !this.clouds.seen().has(candidate));
    if (missing.length > 0) throw new Error(`done, and nobody sees ${missing.join(", ")}`);
    const more = [...this.clouds.seen()].filter((candidate) => !this.wantedNow(stack).includes(candidate));
    if (more.length > 0) throw new Error(`done, and people still see ${more.join(", ")}`);
  }

  private async up(stack: Stack, allow: readonly string[], ci: boolean, trouble?: Random): Promise<Outcome> {
    // Few users refresh; the guard has to know without.
    if (this.random.chance(0.3)) this.engine.refresh();
    else if (this.random.chance(0.15)) this.engine.refreshAll();
    this.before = this.clouds.seen();
    this.allow = allow;
    this.statements = this.engine.plan(stack, allow).statements;
    this.announce(stack);
    this.said.push(this.describe(allow, ci), ...this.statements.map((one) => `    ${brief(one)}`));
    for (const one of this.statements) this.mustHaveBeenSeen(one);
    const outcome = await this.engine.up(stack, allow, ci, trouble);
    this.said.push(`  ${outcome}`);
    if (outcome !== "refused") {
      this.mustHaveBeenNamed(stack);
      this.ledger = stack.ledger;
    }
    if (outcome === "done") this.arrived(stack);
    return outcome;
  }

  private describe(allow: readonly string[], ci: boolean): string {
    const { releases: wanted, ...rest } = this.wanted;
    const releases = wanted.map(({ version, state, both }) => `${version} ${state}${both ? " both" : ""}`);
    return `${releases.join(", ")}; ${JSON.stringify(rest)} --allow ${allow.join(",")}${ci ? " CI" : ""}`;
  }

  /** All access that strangers have in addition to before this `up` was stated by the plan, and named. */
  private look(seen: Seen): void {
    for (const one of seen) {
      if (this.before.has(one)) continue;
      const [cloud = "", version = "", region = "", , grantee = ""] = one.split(" ");
      const kind = grantee === "public" ? "make-public" : "widen";
      const isSaid = this.statements.some(
        (statement) =>
          statement.kind === kind &&
          statement.release === version &&
          statement.cloud === cloud &&
          statement.regions?.includes(region) &&
          statement.grantees?.includes(grantee),
      );
      if (!isSaid) throw new Error(`${one} is seen, and the plan did not say so`);
      if (kind === "make-public") this.mustBeNamed(kind, version, one);
      const key = `${cloud} ${version}`;
      if (!this.told.get(key)?.has(region)) this.mustBeNamed("new-region", version, one);
      this.told.get(key)?.add(region);
    }
  }

  /** A region where a release is has been named, including one where no access has been given yet. */
  private arrived({ ledger }: Stack): void {
    for (const [version, { audience }] of Object.entries(ledger))
      for (const [cloud, regions] of Object.entries(audience))
        for (const region of Object.keys(regions)) this.told.get(`${cloud} ${version}`)?.add(region);
  }

  /** An end of support earlier than announced has to be named. */
  private mustHaveBeenNamed({ ledger }: Stack): void {
    for (const [version, { endOfLife }] of Object.entries(ledger)) {
      const before = this.ends.get(version);
      if (endOfLife !== undefined) this.ends.set(version, endOfLife);
      if (before !== undefined && endOfLife !== undefined && endOfLife < before)
        this.mustBeNamed(
          "shorten-end-of-life",
          version,
          `${version} until ${endOfLife} instead of ${before}`,
        );
    }
    for (const version of this.ends.keys()) if (ledger[version] === undefined) this.ends.delete(version);
  }

  private mustBeNamed(kind: string, version: string, what: string): void {
    if (this.allow.includes(kind) || this.allow.includes(`${kind}:${version}`)) return;
    throw new Error(`${what} is seen, and nothing named ${kind}`);
  }

  /**
   * Until a release is visible to anyone, its regions count as its first ones; so do those of one that was withdrawn
   * and is brought back, like those of a publication, also where the withdrawal was not done everywhere: its line says
   * so with a new reason, the plan says each region, and what has to be named is not left to which place happened to
   * be closed. Images that a killed engine made and no state knows are not found here: they count as missing.
   */
  private announce({ ledger }: Stack): void {
    // A region that people may have had by the plan's own words is none that the release comes to.
    for (const { kind, cloud = "", release = "", regions = [] } of this.statements)
      if (kind === "narrow") for (const region of regions) this.told.get(`${cloud} ${release}`)?.add(region);
    const { images } = this.engine.have();
    for (const [version, { audience }] of Object.entries(ledger)) {
      for (const [cloud, regions] of Object.entries(audience)) {
        const key = `${cloud} ${version}`;
        const isKnown = images[version]?.[cloud] !== undefined;
        const isBack = this.ledger[version]?.state === "withdrawn";
        const isOut = isKnown && !isBack && [...this.before].some((one) => one.startsWith(`${key} `));
        if (!isOut) this.told.set(key, new Set(Object.keys(regions)));
      }
    }
  }

  /** "is taken from everyone" only where everyone had access, or may have had it. */
  private mustHaveBeenSeen({ kind, cloud, release, regions = [], grantees = [] }: Statement): void {
    if (kind !== "narrow") return;
    const had = regions.some((region) =>
      ["x86_64", "arm64"].some((architecture) =>
        grantees.some(
          (who) =>
            this.clouds.wasTried(`${cloud} ${release} ${region} ${architecture} ${who}`) ||
            // A version made in a gallery that may still be open may be visible.
            (cloud === "azure" && this.clouds.wasTried(`${GALLERY} ${who}`)),
        ),
      ),
    );
    if (!had) throw new Error(`the plan takes from ${grantees.join()} what nobody had: ${cloud} ${release}`);
  }

  private stack(): Stack {
    const { config, builds } = stackFrom(this.wanted);
    return { config, ledger: ledgerOf(planStack(config, { stack: "history", builds })) };
  }

  private wantedNow({ ledger }: Stack): string[] {
    return Object.entries(ledger).flatMap(([version, { audience, digests }]) =>
      Object.entries(audience).flatMap(([cloud, regions]) =>
        Object.entries(regions).flatMap(([region, who]) =>
          Object.keys(digests).flatMap((each) =>
            who.map((one) => `${cloud} ${version} ${region} ${each} ${one}`),
          ),
        ),
      ),
    );
  }
}

function brief({ kind, cloud = "-", release = "", regions = [], grantees = [] }: Statement): string {
  return [kind, cloud, release, regions.join(","), grantees.join(",")].join(" ");
}
