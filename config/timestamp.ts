import { z } from "zod";

/**
 * An RFC 3339 date and time in whole minutes, kept in UTC as `2028-11-20T00:00:00Z`. AWS rounds a deprecation time to
 * the minute (EC2 API reference, EnableImageDeprecation), so seconds would show as drift at the next refresh.
 */
export const timestamp = z.iso
  .datetime({ offset: true, error: 'a date and time as "2028-11-20T00:00:00Z" (RFC 3339)', abort: true })
  .refine((text) => new Date(text).getTime() % 60_000 === 0, {
    error: "whole minutes: AWS rounds the seconds away",
  })
  // Also called with refused text.
  .overwrite((text) =>
    Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString().replace(".000Z", "Z"),
  );
