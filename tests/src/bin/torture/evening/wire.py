"""A bad wire between this network namespace and another one, packet by packet: loss, delay, reordering, duplication, cuts.

    wire.py NAMESPACE NUMBER

makes the namespace and a point-to-point link (10.77.NUMBER.1 here, .2 there). Where the kernel has netem, that damages the
packets; otherwise they pass through this program (two tun devices), which does the same. Prints "ready netem" or "ready tun",
or why not. Each line on standard input is a JSON object, the weather from now on:
{"loss": 0.3, "delay": 0.5, "jitter": 0.3, "duplicate": 0.1, "cut": "" | "up" | "down" | "both"}, times in seconds; "up" leads
out of the namespace. At the end of the input it takes everything down and prints what it did as JSON. Needs root.
"""

import fcntl, heapq, json, os, random, select, struct, subprocess, sys, time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CALM = {"loss": 0.0, "delay": 0.0, "jitter": 0.0, "duplicate": 0.0, "cut": ""}


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def connect(space, number, here, there):
    run("ip", "link", "set", there, "netns", space)
    for where, device, host in [((), here, 1), (("-n", space), there, 2)]:
        run("ip", *where, "addr", "add", f"10.77.{number}.{host}/30", "dev", device)
        run("ip", *where, "link", "set", device, "up")
    run("ip", "-n", space, "link", "set", "lo", "up")


class Netem:
    """The kernel's own: outgoing packets of both ends."""

    name = "netem"

    def __init__(self, space, number):
        self.ends = {"down": ((), f"wa{number}"), "up": (("-n", space), f"wb{number}")}
        run("ip", "link", "add", f"wa{number}", "type", "veth", "peer", "name", f"wb{number}")
        try:
            run("tc", "qdisc", "add", "dev", f"wa{number}", "root", "netem", "delay", "0ms")
        except OSError:
            run("ip", "link", "del", f"wa{number}")
            raise
        connect(space, number, f"wa{number}", f"wb{number}")

    def set(self, weather):
        for way, (where, device) in self.ends.items():
            loss = 1.0 if weather["cut"] in (way, "both") else weather["loss"]
            words = ["loss", f"{loss:.2%}", "duplicate", f"{weather['duplicate']:.2%}"]
            words += ["delay", f"{weather['delay'] * 1000:.0f}ms", f"{weather['jitter'] * 1000:.0f}ms"]
            run("tc", *where, "qdisc", "replace", "dev", device, "root", "netem", *words)

    def serve(self):
        for line in sys.stdin:
            self.set(CALM | json.loads(line))

    def counts(self):
        texts = [subprocess.run(["tc", *where, "-s", "qdisc", "show", "dev", device], capture_output=True, text=True)
                 for where, device in self.ends.values()]
        return {"qdisc": [text.stdout for text in texts]}


class Tun:
    """Packets pass through here."""

    name = "tun"

    def __init__(self, space, number):
        self.here, self.there = tun(f"wa{number}"), tun(f"wb{number}")
        connect(space, number, f"wa{number}", f"wb{number}")
        self.weather, self.waiting, self.count = dict(CALM), [], 0
        self.done = dict(passed=0, lost=0, cut=0, delayed=0, duplicated=0, reordered=0)
        self.latest = {self.here: 0, self.there: 0}

    def take(self, source):
        weather, target = self.weather, self.here if source == self.there else self.there
        way = "up" if source == self.there else "down"
        while True:
            try:
                packet = os.read(source, 65536)
            except BlockingIOError:
                return
            if weather["cut"] in (way, "both"):
                self.done["cut"] += 1
                continue
            if random.random() < weather["loss"]:
                self.done["lost"] += 1
                continue
            copies = 1 + (random.random() < weather["duplicate"])
            self.done["duplicated"] += copies - 1
            for _ in range(copies):
                delay = max(0.0, weather["delay"] + random.uniform(-1, 1) * weather["jitter"])
                self.done["delayed"] += delay > 0
                self.count += 1
                heapq.heappush(self.waiting, (time.monotonic() + delay, self.count, target, packet))

    def give(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, number, target, packet = heapq.heappop(self.waiting)
            self.done["reordered"] += number < self.latest[target]
            self.latest[target] = max(number, self.latest[target])
            try:
                os.write(target, packet)
                self.done["passed"] += 1
            except OSError:
                self.done["lost"] += 1

    def serve(self):
        rest = b""
        while True:
            wait = max(0.0, self.waiting[0][0] - time.monotonic()) if self.waiting else None
            ready, _, _ = select.select([0, self.here, self.there], [], [], wait)
            for source in ready:
                if source != 0:
                    self.take(source)
                    continue
                read = os.read(0, 65536)
                if not read:
                    return
                *lines, rest = (rest + read).split(b"\n")
                for line in lines:
                    self.weather = CALM | json.loads(line)
            self.give()

    def counts(self):
        return self.done


def main():
    space, number = sys.argv[1], int(sys.argv[2])
    try:
        run("ip", "netns", "add", space)
    except OSError as error:
        sys.exit(print(f"{error}", flush=True))
    try:
        try:
            wire = Netem(space, number)
        except OSError:
            wire = Tun(space, number)
        print("ready", wire.name, flush=True)
        wire.serve()
        print(json.dumps(wire.counts()), flush=True)
    except OSError as error:
        print(f"{error}", flush=True)
    finally:
        run("ip", "netns", "del", space)


main()
