import { isUnended, markBegun, markEnded, stackAndProject } from "../clouds/unended";

/** Reports an update that was interrupted, and records whether this one is. */
export class UpdateWatch {
  private told = false;
  private begun: { stack: string; project: string } | undefined;

  constructor(
    private readonly warn: (message: string) => void,
    /** The engine's pid. */
    private readonly pid: number,
  ) {}

  /** A resource is read or planned, in a preview too. */
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

  /** A resource is created, changed or deleted. */
  works(urn: string): void {
    if (this.begun) return;
    this.begun = stackAndProject(urn);
    if (this.begun) markBegun(this.begun, this.pid);
  }

  /** The engine ends normally, with nothing in progress. */
  ended(): void {
    if (this.begun) markEnded(this.begun);
  }
}
