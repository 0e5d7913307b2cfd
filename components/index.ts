export { openClouds } from "./open";
export { planStack } from "./plan";
export { Release } from "./release";
