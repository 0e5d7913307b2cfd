/**
 * A place is down while a release is taken away, or several are, with the real engine and whole commands: every other place is
 * closed in the time that its own calls take, exit code and last lines say what is open, and the same command again
 * closes it.
 */
import { expectDone } from "../e2e/harness/kills";
import { Rehearsed } from "../e2e/harness/rehearsed";
import { seenByStrangers } from "../e2e/harness/seen";
import { smallRelease } from "../e2e/harness/small-disk";
import { type Down, DOWNS, FAULTS } from "../integration/outages/outage";
import { LogWatch } from "./log-watch";
import { closedBy, type Place, PLACES } from "./places";
import { AZURE_REGION, PRODUCT, REGIONS, type Road, ROADS, STACK, stackOf, VERSION } from "./stack";

interface Outage {
  readonly at: Place;
  readonly down: Down;
}

export interface Cell {
  readonly road: Road;
  /** Of different places. */
  readonly outages: readonly Outage[];
}

interface Course {
  /** Violated expectations; empty: none. */
  readonly wrong: readonly string[];
  /** Seconds from the first request to the last one that closed a place that was not down. */
  readonly others: number;
  /** Seconds that the whole command took. */
  readonly whole: number;
  /** Exit code. */
  readonly status: number | null;
}

/**
 * Every road with nothing down, then with each place down in each way.
 *
 * @param together places that are down at a time, each in another way: at most all but one of a road
 */
export function allCells(together = 1): Cell[] {
  return ROADS.flatMap((road) => [
    { road, outages: [] },
    ...inGroups(
      // Neighbours are different places.
      DOWNS.flatMap((_, turn) =>
        closedBy(road).map((at, index) => ({ at, down: DOWNS[(turn + index) % DOWNS.length]! })),
      ),
      together,
    ).map((outages) => ({ road, outages })),
  ]);
}

function inGroups<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}

export class Outages {
  private seen: string[] = [];

  private constructor(
    private readonly rehearsed: Rehearsed,
    private readonly imageFile: string,
  ) {}

  static async start(): Promise<Outages> {
    const rehearsed = await Rehearsed.start(STACK);
    return new Outages(rehearsed, await smallRelease(rehearsed.checkout, PRODUCT, VERSION));
  }

  end(): Promise<void> {
    return this.rehearsed.end();
  }

  async live(cell: Cell): Promise<Course> {
    const { road, outages } = cell;
    const isDown = (place: Place) => outages.some(({ at }) => at === place);
    this.write();
    await expectDone(this.rehearsed, "up", "--stack", STACK, "--yes");
    const wrong: string[] = [];
    await this.look();
    for (const place of PLACES) if (!this.isSeen(place)) wrong.push(`${place.name}: nobody sees it`);
    for (const { at, down } of outages)
      await this.rehearsed.fault({ cloud: at.cloud, ...FAULTS[down], ...at.which, times: 100_000 });
    const command = this.commandFor(road);
    const log = new LogWatch(this.rehearsed);
    const begin = Date.now();
    const ran = await this.rehearsed.checkout.imprimatur(command, { env: this.rehearsed.env });
    const whole = (Date.now() - begin) / 1000;
    log.end();
    for (const { at } of outages) await this.rehearsed.fault({ cloud: at.cloud, kind: "clear" });
    await this.look();
    for (const place of closedBy(road)) {
      if (!isDown(place) && this.isSeen(place)) wrong.push(`${place.name}: a stranger sees it still`);
    }
    const others = closedBy(road).filter((place) => !isDown(place));
    const wanted = outages.length === 0 ? 0 : road === "withdraw" ? 3 : 1;
    if (ran.status !== wanted)
      wrong.push(`exit ${ran.status} instead of ${wanted}: ${ran.stderr.slice(-500)}`);
    for (const { at } of outages) wrong.push(...wrongWords(at, ran.stderr));
    if (outages.length > 0) wrong.push(...(await this.again(road)));
    return { wrong, others: log.secondsTo(others.map(({ closing }) => closing)), whole, status: ran.status };
  }

  /** Runs the same command again, now that the place answers. */
  private async again(road: Road): Promise<string[]> {
    const ran = await this.rehearsed.checkout.imprimatur(this.commandFor(road), { env: this.rehearsed.env });
    if (ran.status !== 0) return [`the same again: exit ${ran.status}: ${ran.stderr.slice(-800)}`];
    await this.look();
    const still = closedBy(road)
      .filter((place) => this.isSeen(place))
      .map(({ name }) => `${name}: a stranger sees it after the same again`);
    const { status, stdout } = await this.rehearsed.pulumi(["preview", "--expect-no-changes"]);
    return [
      ...still,
      ...(status === 0 ? [] : [`it is not done after the same again: ${stdout.slice(-800)}`]),
    ];
  }

  private commandFor(road: Road): string[] {
    if (road === "withdraw")
      return ["withdraw", VERSION, "--reason", "a bad build", "--stack", STACK, "--yes"];
    this.write(road);
    return ["up", "--stack", STACK, "--yes"];
  }

  private write(road?: Road): void {
    this.rehearsed.checkout.write(`stacks/Pulumi.${STACK}.yaml`, stackOf(this.imageFile, road));
  }

  private async look(): Promise<void> {
    const places = { product: PRODUCT, regions: REGIONS, azureRegions: [AZURE_REGION] };
    this.seen = await seenByStrangers(this.rehearsed, places);
  }

  private isSeen(place: Place): boolean {
    return this.seen.some((one) => place.isSeen(one));
  }
}

/** The last lines inform a person. */
function wrongWords(at: Place, stderr: string): string[] {
  const last = stderr.trim().split("\n").slice(-12);
  const told = last.filter((line) => at.called.test(line) && line.endsWith("`imprimatur up` tries again"));
  return told.length > 0 ? [] : [`the last lines do not say that ${at.name} is open:\n${last.join("\n")}`];
}
