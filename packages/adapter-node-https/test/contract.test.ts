import { NodeHttpsTransport } from "@wechat-refund/adapter-node-https";
import { suite } from "@wechat-refund/testkit/TransportSuite";

// Whatever a post leaves behind shows after 50 as after the 1 000 of `prove:transport`.
suite("NodeHttpsTransport", NodeHttpsTransport.layer, { volume: 50 });
