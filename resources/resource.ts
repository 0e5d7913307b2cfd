import * as pulumi from "@pulumi/pulumi";

/**
 * Base of every resource that the `imprimatur` provider serves. Outputs that the program reads are declared by the
 * subclass and named in `outputs`, so that a preview knows of them before the provider returns them.
 */
export abstract class ImprimaturResource extends pulumi.CustomResource {
  protected constructor(
    type: string,
    name: string,
    args: object,
    outputs: readonly string[],
    options?: pulumi.CustomResourceOptions,
  ) {
    super(type, name, { ...Object.fromEntries(outputs.map((key) => [key, undefined])), ...args }, options);
  }
}

/** Arguments with the values of their outputs, as the engine hands them to the provider. */
export type Resolved<Args> = { [K in keyof Args]: pulumi.Unwrap<Args[K]> };
