/** The controls: time, faults, chance, orders. */
import { $, call, el } from "./dom.js";
import { say } from "./words.js";

const busy = { _tag: "Refuse", errCode: "SYSTEMERROR", errCodeDes: "系统繁忙，请稍后再试" };
const refusal = (errCode) => ({ _tag: "Refuse", errCode, accepted: false });

const faults = [
  [say("faultNotAccepted", "SYSTEMERROR"), { ...busy, accepted: false }],
  [say("faultAccepted", "SYSTEMERROR"), { ...busy, accepted: true }],
  ["BIZERR_NEED_RETRY", refusal("BIZERR_NEED_RETRY")],
  ["FREQUENCY_LIMITED", refusal("FREQUENCY_LIMITED")],
  [say("faultReplyLost"), { _tag: "LoseReply" }],
  [say("faultReplyLate"), { _tag: "Delay", millis: 10_000, part: "reply" }],
  [say("faultReplyCut"), { _tag: "Cut", bytes: 100 }],
  [say("faultReplyMangled"), { _tag: "Corrupt", at: 0.5, xor: 1 }],
  [say("faultMissigned"), { _tag: "Missign" }],
  [say("faultUnsigned"), { _tag: "Unsign" }],
  [say("faultProbe"), { _tag: "Probe" }],
  [say("faultOther"), { _tag: "Misdirect" }],
  [say("faultStray"), { _tag: "Stray" }],
  [say("faultResetAccepted"), { _tag: "Reset", reached: true }],
  [say("faultResetNot"), { _tag: "Reset", reached: false }],
  [say("requestLost"), { _tag: "Drop" }],
  [say("fault502"), { _tag: "Replace", status: 502, body: "<html><h1>502 Bad Gateway</h1></html>", reached: true }],
  [
    say("fault400"),
    {
      _tag: "Replace",
      status: 400,
      body: "<html><head><title>400 No required SSL certificate was sent</title></head></html>",
      reached: false,
    },
  ],
];

/** What the page shows of what was set. */
export const showSet = ({ chaos, chaosMet, faults: pending }) => {
  $("#pending").textContent = pending.map(({ _tag, errCode }) => errCode ?? _tag).join(", ");
  const met = Object.values(chaosMet).reduce((sum, count) => sum + count, 0);
  $("#random").textContent = chaos === undefined ? "" : say("chaosSoFar", chaos.seed, met);
};

/** Makes the controls work; `refresh` looks at the gateway at once. Gives what tells of a change that failed. */
export const steer = (refresh) => {
  const act = async (change) => {
    try {
      await change();
      $("#problem").textContent = "";
    } catch (error) {
      $("#problem").textContent = error.message;
    }
    await refresh();
  };
  const onSubmit = (selector, change) =>
    $(selector).addEventListener("submit", (event) => {
      event.preventDefault();
      void act(() => change(Object.fromEntries(new FormData(event.target)), event.target));
    });

  $("#fault select[name=what]").append(
    ...faults.map(([name], n) => el("option", { value: String(n), textContent: name })),
  );
  for (const button of document.querySelectorAll("#time button")) {
    button.addEventListener("click", () =>
      act(() => call("POST", "/api/time", { millis: Number(button.dataset.millis) })),
    );
  }
  onSubmit("#fault", ({ what, on }) => call("POST", "/api/faults", { ...faults[what][1], ...(on !== "" && { on }) }));
  $("#clear").addEventListener("click", () => act(() => call("DELETE", "/api/faults")));
  onSubmit("#chaos", async ({ percent, seed }) => {
    const { chaosKinds } = await call("GET", "/api/state");
    const rate = Number(percent) / 100 / chaosKinds.length;
    await call("PUT", "/api/chaos", { seed, rates: Object.fromEntries(chaosKinds.map((kind) => [kind, rate])) });
  });
  $("#calm").addEventListener("click", () => act(() => call("DELETE", "/api/chaos")));
  onSubmit("#order", async ({ outTradeNo, totalFee }, form) => {
    const { now, merchants } = await call("GET", "/api/state");
    const transactionId = `42${now}${Math.floor(performance.now())}`.slice(0, 32);
    await call("POST", "/api/orders", {
      mchId: merchants[0].mchId,
      transactionId,
      outTradeNo,
      totalFee: Number(totalFee),
      paidAt: now,
    });
    form.elements.outTradeNo.value = "";
  });
  // On a phone what there is to see comes first.
  $("#controls").open = !matchMedia("(max-width: 700px)").matches;
  return act;
};
