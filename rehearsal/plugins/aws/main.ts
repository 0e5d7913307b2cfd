import { servePlugin } from "../../../plugin/server";
import { awsPlugin } from "./plugin";

void servePlugin(awsPlugin());
