import { isUnended, markBegun, markEnded, stackAndProject } from "../clouds/unended";

/** Tells of an update that did not end in order, and notes whether this one does. */
export class UpdateWatch {
  private told = false;
  private begun: { stack: string; project: string } | undefined;

  constructor(
    private readonly warn: (message: string) => void,
    /** The engine. */
    private readonly pid: number,
  ) {}

  /** A resource is looked at, in a preview too. */
  seen(urn: string): void {
    if (this.told) return;
    this.told = true;
    const place = stackAndProject(urn);
    if (place === undefined || !isUnended(place)) return;
    this.warn(
      `the last update of ${place.stack} did not end in order, and can have left things that are in the way now: ` +
        "`imprimatur recover` clears up",
    );
  }

  /** Something is made, changed or deleted. */
  works(urn: string): void {
    if (this.begun) return;
    this.begun = stackAndProject(urn);
    if (this.begun) markBegun(this.begun, this.pid);
  }

  /** The engine ends in order, and nothing is under way. */
  ended(): void {
    if (this.begun) markEnded(this.begun);
  }
}
