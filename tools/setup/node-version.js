"use strict";

/**
 * Whether a version of Node is in a range as package.json's `engines` has it: `^20.19.0 || >=24`, these two forms only. The semver
 * package is not there yet when this is asked.
 */
function isSupported(version, range) {
  const [major, minor, patch] = version.split(".").map(Number);
  return range.split(" || ").some((part) => {
    const [, operator, ...numbers] = /^(\^|>=)(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(part) ?? [];
    if (operator === undefined)
      throw new Error(`engines: ${part} is not ^MAJOR.MINOR.PATCH or >=MAJOR.MINOR.PATCH`);
    const [least, leastMinor, leastPatch] = numbers.map((number) => Number(number ?? 0));
    if (major !== least) return operator === ">=" && major > least;
    return minor !== leastMinor ? minor > leastMinor : patch >= leastPatch;
  });
}

module.exports = { isSupported };
