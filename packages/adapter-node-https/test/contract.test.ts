import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { suite } from "@wechat-refund/testkit/TransportSuite";

suite("NodeHttpsTransport", NodeHttpsTransport.layer);
