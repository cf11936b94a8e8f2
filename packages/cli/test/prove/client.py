"""What an application does that only knows 202: every doubt is settled by the identical request, as docs/service.md has it.

SERVICES (any of them will do), TOKEN and FIRST from the environment; a line for each refund that was acknowledged. Ends when its input does.
"""

import itertools, json, os, random, sys, threading, time, urllib.error, urllib.request

numbers = itertools.count(int(os.environ["FIRST"]))
services = os.environ["SERVICES"].split()
lock = threading.Lock()
stopping = threading.Event()


def say(*words):
    with lock:
        print(*words, flush=True)


def refund(n):
    body = {
        "order": {"outTradeNo": f"ORDER-{n}"},
        "outRefundNo": f"R-{n}",
        "totalFee": 1000 + n,
        "refundFee": 1 + (n * 7) % 1000,
    }
    while True:
        request = urllib.request.Request(
            random.choice(services) + "/v1/refunds",
            data=json.dumps(body).encode(),
            headers={"Authorization": "Bearer " + os.environ["TOKEN"], "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                if answer.status == 202:
                    return say("acknowledged", n, json.load(answer)["created"])
                say("unexpected", n, answer.status)
        except urllib.error.HTTPError as error:
            if error.code not in (429, 503):
                return say("refused", n, error.code)
        except (OSError, ValueError):
            pass
        except Exception as error:  # a connection that ends in the middle of an answer
            if type(error).__module__ != "http.client":
                raise
        time.sleep(0.1 + random.random() / 5)


def work():
    while not stopping.is_set():
        with lock:
            n = next(numbers)
        refund(n)
        time.sleep(random.random() / 4)


threads = [threading.Thread(target=work) for _ in range(16)]
for thread in threads:
    thread.start()
sys.stdin.read()
stopping.set()
for thread in threads:
    thread.join()
