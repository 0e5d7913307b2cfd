// Marks in the values that the Pulumi engine hands over.

/** A value that is not known during a preview (pulumi/sdk, `plugin.UnknownStringValue`). */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The key of a secret's envelope (pulumi/sdk, `resource.SigKey`); its ciphertext is another one each time. */
export const SECRET = "4dabf18193072939515e22adb298388d";
