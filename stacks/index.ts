import { publish } from "./library";
import { loadStack } from "./load";

// Reports every problem of the stack file and the image files at once, before anything is planned.
export const { product, releases, shared, records, signedBy } = publish(loadStack());
