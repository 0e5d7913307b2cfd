import type * as pulumi from "@pulumi/pulumi";

/**
 * Concurrent snapshot copies per account and destination region: Service Quotas, Amazon EBS, "Concurrent snapshot
 * copies per destination Region" (L-A7A32D80, 20, read 2026-11; it was 5 in
 * github.com/aws-samples/copy-encrypted-ami/issues/3 of 2018-11). The native resource does not retry a refused copy.
 */
const AT_ONCE = 20;

/**
 * Keeps the concurrent copies into a region within AWS's quota: a new region of a product with many releases needs
 * all copies at once.
 */
export class CopyTurns {
  private readonly begun = new Map<string, pulumi.Resource[]>();

  /** Dependencies of the next copy into the region. */
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
