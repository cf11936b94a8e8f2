/** `GET /v3/certificates`: the platform certificates (平台证书), each sealed under the APIv3 key. */
import { seal } from "../../MessageV3.ts";
import * as Beijing from "../beijing.ts";
import { answered, type EndpointV3, no } from "./verdict.ts";

export const endpoint: EndpointV3 = {
  kind: "certificates",
  method: "GET",
  path: "/v3/certificates",
  judge: ({ nonce, platform }, { merchant, v3, now }) => {
    const certificates = platform.certificates(merchant.mchId, now);
    if (certificates.length === 0) {
      return no(404, "RESOURCE_NOT_EXISTS", "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。");
    }
    return answered({
      data: certificates.map(({ serialNo, pem, effectiveAt, expiresAt }) => ({
        effective_time: Beijing.rfc3339(effectiveAt),
        encrypt_certificate: seal(pem, v3.apiKey, nonce().slice(0, 12), "certificate"),
        expire_time: Beijing.rfc3339(expiresAt),
        serial_no: serialNo,
      })),
    });
  },
};
