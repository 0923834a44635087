"""Speaks kiwiPy's protocol with pika and PyYAML, as its tests' other side.

Arguments: the AMQP URI and a prefix for the exchanges and the queue. Takes one command per line, a JSON object with the
payload as YAML in base 64, and says one event per line: its name and a YAML document in base 64.
"""
import base64
import functools
import json
import os
import socket
import sys
import threading
import uuid

import pika
import yaml

load = functools.partial(yaml.load, Loader=yaml.FullLoader)
dump = functools.partial(yaml.dump, encoding='utf-8')


def say(event, value):
    print(event, base64.b64encode(dump(value)).decode(), flush=True)


class Peer:

    def __init__(self, uri, prefix):
        self.tasks = prefix + '.tasks'
        self.messages = prefix + '.messages'
        self.pending = {}
        self.connection = pika.BlockingConnection(pika.URLParameters(uri))
        self.channel = self.connection.channel()
        self.channel.add_on_return_callback(
            lambda channel, method, properties, body: say('returned', self.pending[properties.correlation_id]))
        for exchange in (self.tasks, self.messages):
            self.channel.exchange_declare(exchange, 'topic')
        self.replies = {exchange: self.reply_queue(exchange) for exchange in (self.tasks, self.messages)}

    def reply_queue(self, exchange):
        queue = f'{exchange}-reply-{uuid.uuid4()}'
        self.channel.queue_declare(queue, exclusive=True, arguments={'x-expires': 60000})
        self.channel.queue_bind(queue, exchange, queue)
        self.channel.basic_consume(queue, self.on_reply, auto_ack=True)
        return queue

    def on_reply(self, channel, method, properties, body):
        say('reply', [self.pending[properties.correlation_id], load(body)])

    # commands

    def send(self, exchange, key, body, name, **properties):
        correlation_id = str(uuid.uuid4())
        self.pending[correlation_id] = name
        self.channel.basic_publish(
            exchange, key, body,
            pika.BasicProperties(headers={}, correlation_id=correlation_id, reply_to=self.replies[exchange],
                                 message_id=uuid.uuid4().hex, priority=0, **properties),
            mandatory=True)

    def task(self, name, payload, no_reply=False):
        self.send(self.tasks, self.tasks, dump((load(payload), no_reply)), name, delivery_mode=2)

    def raw(self, name, payload):
        self.send(self.tasks, self.tasks, payload, name, delivery_mode=2)

    def rpc(self, name, payload, identifier):
        self.send(self.messages, '[rpc].' + identifier, dump(load(payload)), name, delivery_mode=1)

    def broadcast(self, name, payload):
        message = {'body': None, 'sender': None, 'subject': None, 'correlation_id': None}
        message.update(load(payload))
        self.channel.basic_publish(self.messages, '[broadcast]', dump(message), pika.BasicProperties(delivery_mode=1))

    def work(self, name, payload):
        self.channel.queue_declare(self.tasks, durable=True, arguments=load(payload))
        self.channel.queue_bind(self.tasks, self.tasks, self.tasks)
        self.channel.basic_consume(self.tasks, self.on_task)
        say('working', name)

    def serve(self, name, payload, identifier):
        queue = self.channel.queue_declare(
            '', exclusive=True, arguments={'x-expires': 60000, 'x-message-ttl': 66000}).method.queue
        self.channel.queue_bind(queue, self.messages, '[rpc].' + identifier)
        self.channel.basic_consume(queue, self.on_call, auto_ack=True, consumer_tag=identifier)
        say('serving', name)

    def listen(self, name, payload):
        queue = f'broadcast-{uuid.uuid4()}'
        self.channel.queue_declare(queue, exclusive=True, arguments={'x-message-ttl': 66000})
        self.channel.queue_bind(queue, self.messages, '[broadcast]')
        self.channel.basic_consume(queue, lambda c, m, p, body: say('heard', load(body)), auto_ack=True)
        say('listening', name)

    # handlers

    def on_task(self, channel, method, properties, body):
        task, no_reply = load(body)
        say('task', task)
        if task == 'reject':
            channel.basic_nack(method.delivery_tag)
            channel.basic_cancel(method.consumer_tag)
            return
        channel.basic_ack(method.delivery_tag)
        if not no_reply:
            host = {'host': {'hostname': socket.gethostname(), 'pid': os.getpid()}}
            for reply in self.answers(task):
                self.answer(self.tasks, properties, {**reply, **host})

    def on_call(self, channel, method, properties, body):
        for reply in self.answers(load(body)):
            self.answer(self.messages, properties, reply)

    @staticmethod
    def answers(message):
        """What kiwiPy's reply tells for each kind of outcome."""
        return {
            'fail': [{'exception': 'boom: bad'}],
            'cancel': [{'cancelled': None}],
            'later': [{'pending': None}, {'pending': None}, {'result': 'done later'}],
        }.get(message if isinstance(message, str) else None, [{'result': message}])

    def answer(self, exchange, properties, reply):
        self.channel.basic_publish(exchange, properties.reply_to, dump(reply),
                                   pika.BasicProperties(correlation_id=properties.correlation_id))

    def read_commands(self):
        for line in sys.stdin:
            command = json.loads(line)
            action = getattr(self, command.pop('do'))
            command['payload'] = base64.b64decode(command['payload'])
            self.connection.add_callback_threadsafe(functools.partial(action, **command))
        os._exit(0)

    def run(self):
        threading.Thread(target=self.read_commands, daemon=True).start()
        say('ready', None)
        self.channel.start_consuming()


Peer(*sys.argv[1:]).run()
