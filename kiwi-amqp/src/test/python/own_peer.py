"""Speaks kiwi's own format as docs/protocol.md has it, in each role once.

Arguments: the AMQP URI and the namespace. Says what it hears as lines of JSON, and ends when all of it was heard.
"""
import json
import sys
import uuid

import pika

uri, namespace = sys.argv[1:]
connection = pika.BlockingConnection(pika.URLParameters(uri))
channel = connection.channel()
channel.confirm_delivery()
replies = channel.queue_declare('', exclusive=True).method.queue
heard = channel.queue_declare('', exclusive=True).method.queue
channel.queue_bind(heard, f'{namespace}.broadcast', '#')
PERSISTENT, TRANSIENT = 2, 1


def publish(exchange, key, value, mandatory=True, **properties):
    channel.basic_publish(exchange, key, json.dumps(value).encode(),
                          pika.BasicProperties(content_type='application/json', **properties), mandatory)


def say(what, value):
    print(json.dumps([what, value]), flush=True)


def next_message(queue):
    for method, properties, body in channel.consume(queue, inactivity_timeout=20):
        if method is None:
            sys.exit(f'nothing came to {queue}')
        return method.delivery_tag, properties, body


def reply_to(message_id):
    """The end of what was asked, and what came before it."""
    while True:
        tag, properties, body = next_message(replies)
        channel.basic_ack(tag)
        kind = (properties.headers or {}).get('kiwi-reply')
        assert kind != 'result'
        kind = kind or 'result'
        assert properties.correlation_id == message_id
        if kind in ('result', 'exception', 'cancelled', 'expired', 'lost'):
            return [kind, json.loads(body) if properties.content_type == 'application/json' else body.decode()]


def ask(key, value, mode, **properties):
    message_id = str(uuid.uuid4())
    publish('', key, value, message_id=message_id, reply_to=replies, delivery_mode=mode, **properties)
    channel.cancel()
    return reply_to(message_id)


def answer_one(queue, mode, headers):
    tag, request, body = next_message(queue)
    publish('', request.reply_to, {'python': json.loads(body)}, correlation_id=request.message_id, headers=headers,
            delivery_mode=mode)
    channel.basic_ack(tag)
    channel.cancel()


say('task', ask(f'{namespace}.task.java', {'x': 1, 'y': 2}, PERSISTENT))
channel.cancel()
say('failed', ask(f'{namespace}.task.java', 'no point', PERSISTENT))
channel.cancel()
say('call', ask(f'{namespace}.rpc.java', 'hello', TRANSIENT, expiration='10000'))
channel.cancel()
publish(f'{namespace}.broadcast', 'news.python.@.me', 'said', False, message_id=str(uuid.uuid4()),
        headers={'kiwi-subject': 'news.python', 'kiwi-sender': 'me'}, delivery_mode=TRANSIENT)
channel.queue_declare(f'{namespace}.rpc.python', durable=True, auto_delete=True, arguments={'x-expires': 60000})
say('ready', None)
answer_one(f'{namespace}.task.python', PERSISTENT, None)
answer_one(f'{namespace}.rpc.python', TRANSIENT, {'kiwi-reply': 'result'})
tag, properties, body = next_message(heard)
while properties.headers['kiwi-subject'] != 'news.java':
    tag, properties, body = next_message(heard)
say('heard', [properties.headers['kiwi-subject'], properties.headers['kiwi-sender'], json.loads(body)])
connection.close()
