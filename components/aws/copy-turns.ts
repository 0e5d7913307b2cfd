import type * as pulumi from "@pulumi/pulumi";

/**
 * Snapshot copies that an account may have under way for one destination region: Service Quotas, Amazon EBS, "Concurrent
 * snapshot copies per destination Region" (L-A7A32D80, 20, read 2026-11; it was 5 in
 * github.com/aws-samples/copy-encrypted-ami/issues/3 of 2018-11). The native copy does not try again when it is refused.
 */
const AT_ONCE = 20;

/** Lets no more copies begin in a region than AWS takes: a new region of a product with many releases wants them all at once. */
export class CopyTurns {
  private readonly begun = new Map<string, pulumi.Resource[]>();

  /** What the next copy into the region waits for. */
  before(region: string): pulumi.Resource[] {
    const first = this.of(region).at(-AT_ONCE);
    return first === undefined ? [] : [first];
  }

  add(region: string, copy: pulumi.Resource): void {
    this.of(region).push(copy);
  }

  private of(region: string): pulumi.Resource[] {
    const known = this.begun.get(region) ?? [];
    this.begun.set(region, known);
    return known;
  }
}
