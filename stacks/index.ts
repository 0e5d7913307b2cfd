import { publish } from "./library";
import { loadStack } from "./load";
import { leaveStackTracesOut } from "./stack-traces";

// Not in the library: a program of the user's own keeps the traces of its own resources and errors.
leaveStackTracesOut();

// Reports every problem of the stack file and the image files at once, before anything is planned.
export const { product, releases, shared, records, signedBy } = publish(loadStack());
