import { UndiciTransport } from "@wechat-refund/adapter-undici";
import { suite } from "@wechat-refund/testkit/TransportSuite";

suite("UndiciTransport", UndiciTransport.layer);
