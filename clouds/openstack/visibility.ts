/** Who sees an image, in Glance's words; a community image is in nobody's list and can be started by everyone. */
export type Visibility = "public" | "community" | "shared" | "private";
