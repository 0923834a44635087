"""Measures one thing with kiwiPy or pika each time a line with a number of seconds comes in.

Takes the broker's URI and what to measure. Each tasks of 1 KiB, as kiwiPy's own benchmark: send, get and both of 100 in
ms; task64, the results of tasks per second with 64 outstanding; task1, the median µs of one at a time.
"""

import functools
import statistics
import sys
import threading
import time
import uuid

import msgpack
import pika

TASKS = 100
BODY = b'R' * 1024


class Kiwi:
    """kiwiPy with msgpack, as its own benchmark has it."""

    def __init__(self, uri):
        import kiwipy

        encoder = functools.partial(msgpack.packb, use_bin_type=True)
        decoder = functools.partial(msgpack.unpackb, raw=False)
        self.comm = kiwipy.connect(uri, encoder=encoder, decoder=decoder)
        self.queue = self.comm.task_queue('bench-' + uuid.uuid4().hex)

    def send(self):
        for _ in range(TASKS):
            self.queue.task_send(BODY, no_reply=True)

    def get(self):
        count = [0]
        finished = threading.Event()

        def callback(_comm, _task):
            count[0] += 1
            if count[0] == TASKS:
                finished.set()

        identifier = self.queue.add_task_subscriber(callback)
        finished.wait(60)
        self.queue.remove_task_subscriber(identifier)

    def serve(self):
        self.queue.add_task_subscriber(lambda _comm, _task: 42)

    def task64(self, seconds):
        room = threading.Semaphore(64)
        end = time.perf_counter() + seconds
        begun, count = time.perf_counter(), 0
        while time.perf_counter() < end:
            room.acquire(timeout=60)
            self.queue.task_send(BODY).add_done_callback(lambda outer: room.release())
            count += 1
        for _ in range(64):
            room.acquire(timeout=60)
        return count / (time.perf_counter() - begun)

    def task1(self, seconds):
        return statistics.median(timed(lambda: self.queue.task_send(BODY).result(60), seconds)) * 1e6


class Pika:
    """pika without confirms, prefetch 1, an acknowledgement each: kiwiPy's own yardstick."""

    def __init__(self, uri):
        self.channel = pika.BlockingConnection(pika.URLParameters(uri)).channel()
        self.queue = 'bench-' + uuid.uuid4().hex
        self.channel.queue_declare(queue=self.queue, durable=True)
        self.channel.basic_qos(prefetch_count=1)

    def send(self):
        for _ in range(TASKS):
            self.channel.basic_publish(exchange='', routing_key=self.queue, body=BODY, mandatory=True,
                                       properties=pika.BasicProperties(delivery_mode=2))

    def get(self):
        count = [0]

        def callback(channel, method, _properties, _body):
            count[0] += 1
            channel.basic_ack(delivery_tag=method.delivery_tag)
            if count[0] == TASKS:
                channel.stop_consuming()

        self.channel.basic_consume(queue=self.queue, on_message_callback=callback)
        self.channel.start_consuming()


def timed(action, seconds, prepare=lambda: None):
    times = []
    end = time.perf_counter() + seconds
    while not times or time.perf_counter() < end:
        prepare()
        begun = time.perf_counter()
        action()
        times.append(time.perf_counter() - begun)
    return times


def main(uri, what):
    client, _, work = what.partition('-')
    client = Kiwi(uri) if client == 'kiwipy' else Pika(uri)

    def both():
        client.send()
        client.get()

    def measure(seconds):
        if work == 'send':
            times = []
            timed(lambda: times.extend(timed(client.send, 0)) or client.get(), seconds)
        elif work == 'get':
            times = timed(client.get, seconds, client.send)
        elif work == 'both':
            times = timed(both, seconds)
        else:
            return getattr(client, work)(seconds)
        return statistics.median(times) * 1e3

    if work.startswith('task'):
        client.serve()
    print('ready', flush=True)
    for line in sys.stdin:
        print(measure(float(line)), flush=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
