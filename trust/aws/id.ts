import { MalformedId } from "../problem";

/** @throws {MalformedId} when it is not an AMI id */
export function parseId(given: string): string {
  if (/^ami-[0-9a-f]{8}(?:[0-9a-f]{9})?$/.test(given)) return given;
  throw new MalformedId(
    `"${given}" is not the id of an AMI: needed is ami- and 17 digits of 0-9 and a-f, as instances name it in /latest/meta-data/ami-id`,
  );
}
