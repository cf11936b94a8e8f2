import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { suite } from "@wechat-refund/testkit/TransportSuite";

// Whatever a post leaves behind shows after 50 as after the 1 000 of `prove:transport`.
suite("UndiciTransport", UndiciTransport.layer, { volume: 50 });
