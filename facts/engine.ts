// Markers in values from the Pulumi engine.

/** A value not yet known in a preview (pulumi/sdk, `plugin.UnknownStringValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key of a secret's envelope (pulumi/sdk, `resource.SigKey`); its ciphertext differs each time. */
export const SECRET = "4dabf18193072939515e22adb298388d";
