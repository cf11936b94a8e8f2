export declare const appId = "wx8888888888888888";
export declare const mchId = "1900000109";
export declare const otherMchId = "1900000110";
export declare const apiKey = "192006250b4c09247ec02edce69f6a2d";
export declare const wrongApiKey = "0123456789abcdef0123456789abcdef";
export declare const outTradeNo = "1217752501201407033233368018";
export declare const request: {
    readonly order: {
        readonly transactionId: "1217752501201407033233368018";
    };
    readonly outRefundNo: "1217752501201407033233368018";
    readonly totalFee: 100;
    readonly refundFee: 100;
    readonly refundFeeType: "CNY";
    readonly opUserId: true;
    readonly deviceInfo: "013467007045764";
};
